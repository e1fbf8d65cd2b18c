//! The golden stories end as they should, with either library.

use stranded_door::stories::{End, expected_end, tell};
use stranded_door::{Dalek, Salty};
use stranded_wire::Refusal;
use stranded_wire::vectors::{STORIES, Story};

#[test]
fn every_story_ends_as_it_should() {
    for story in STORIES {
        assert_eq!(tell::<Dalek>(story), expected_end(story), "{}", story.name);
        assert_eq!(tell::<Salty>(story), expected_end(story), "{}", story.name);
    }
}

/// The canary: a story that is told wrong is found out.
#[test]
fn a_wrong_story_is_found_out() {
    let good = &STORIES[0];
    let wrong = Story { refusal: Some(Refusal::Forged), ..*good };
    assert_ne!(tell::<Dalek>(&wrong), expected_end(&wrong));
    assert_eq!(tell::<Dalek>(&Story { frame: &[0], ..*good }), End::Lost);
}
