//! `stranded report RUN`

use crate::failure::Failure;
use crate::terminal::screen;
use clap::builder::PossibleValue;
use std::path::{Path, PathBuf};
use std::time::Instant;
use stranded_reports::browser::Browser;
use stranded_reports::capacity::Capacity;
use stranded_reports::document::Report;
use stranded_reports::error::ReportError;
use stranded_reports::fonts::Fonts;
use stranded_reports::language::Language;
use stranded_reports::picture::Picture;
use stranded_reports::reading::FinishedRun;
use stranded_reports::{html, index, markdown, picture};
use tempfile::TempDir;

/// Write the post-mortem of a finished run: HTML, and on demand PDF, Markdown and pictures.
///
/// Every number comes from the run folder, so that the report can be written long after the run and in another language. What
/// only people can say is left as marked blanks. A folder that is not whole, or was changed since, is refused.
///
/// With `--index` it writes a front page for all finished runs of a folder: a list, and any two of them side by side.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, after_help = "Examples and more: stranded report --help")]
pub(crate) struct Arguments {
    /// The run folder.
    #[arg(value_name = "RUN", required_unless_present = "index")]
    run: Option<PathBuf>,
    /// A folder of run folders to write a front page for.
    #[arg(long, value_name = "RUNS", conflicts_with_all = ["run", "pdf", "markdown", "charts", "browser"])]
    index: Option<PathBuf>,
    /// The language.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: LanguageChoice,
    /// Print it to PDF too, through an installed Chromium.
    #[arg(long)]
    pdf: bool,
    /// Write it as Markdown too, with the charts as SVG beside it.
    #[arg(long)]
    markdown: bool,
    /// Write every chart as a picture: `svg`, `png` (through an installed Chromium), or both with a comma between them.
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    charts: Vec<Pictures>,
    /// The Chromium for PDF and PNG, instead of the first of the usual names that starts.
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Show the capacity of a real server too, from the `capacity.json` of `surge capacity`, beside how far to trust the run.
    #[arg(long, value_name = "FILE", conflicts_with = "index")]
    capacity: Option<PathBuf>,
    /// Folder to write into; it is created if it is not there [default: the run folder].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  stranded report runs/small-town-1a2b3c4d                        post-mortem.en.html in the run folder
  stranded report runs/small-town-1a2b3c4d --lang ko --pdf        in Korean, and on paper
  stranded report runs/small-town-1a2b3c4d --markdown --out wiki  for a wiki, with pictures beside it
  stranded report runs/small-town-1a2b3c4d --charts png           every chart as a picture
  stranded report runs/queue-1a2b3c4d --capacity capacity.json    with what a real server was measured to do
  stranded report --index runs/                                   a front page for all runs

It writes post-mortem.LANGUAGE.html (.pdf, .md), and pictures into post-mortem.LANGUAGE/.";

/// A language of a report, as the command line takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LanguageChoice(Language);

impl clap::ValueEnum for LanguageChoice {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [LanguageChoice; 2] = [LanguageChoice(Language::ALL[0]), LanguageChoice(Language::ALL[1])];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.code()).help(self.0.own_name()))
    }
}

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Pictures {
    /// Lines that scale, with text in the reader's own font.
    Svg,
    /// Pixels, with text in the fonts of this machine.
    Png,
}

/// Writes the report.
///
/// # Errors
/// When the run is not one, is not whole, or what was asked for cannot be written.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let started = Instant::now();
    let language = arguments.lang.0;
    if let Some(runs) = &arguments.index {
        let (page, skipped) = index::page(runs, language)?;
        let out = Target::create(arguments.out.as_deref().unwrap_or(runs))?;
        for (path, error) in skipped.iter().filter(|_| !quiet) {
            screen::note(&format!("left out `{}`: {}", path.display(), first_line(error)));
        }
        return out.write(&format!("index.{language}.html"), page.as_bytes());
    }
    // Clap insists on a run where there is no `--index`.
    let Some(path) = &arguments.run else { return Ok(()) };
    let wants = |kind| arguments.charts.contains(&kind);
    // Before anything is written: nobody wants half of what was asked for.
    let needs_browser = arguments.pdf || wants(Pictures::Png);
    let browser = if needs_browser { Some(Browser::find(arguments.browser.as_deref())?) } else { None };
    let run = FinishedRun::read(path)?;
    let findings = run.findings(language);
    let capacity = arguments.capacity.as_deref().map(Capacity::read).transpose()?;
    let report = Report { capacity: capacity.as_ref(), ..run.report(&findings, language) };
    let page = html::render(&report)?;
    if browser.is_some() {
        Fonts::installed().require(&page)?;
    }
    let out = Target::create(arguments.out.as_deref().unwrap_or(path))?;
    let name = format!("post-mortem.{language}");
    out.write(&format!("{name}.html"), page.as_bytes())?;
    let seconds = started.elapsed().as_secs_f64();
    let workshop = browser.map(|browser| Workshop::open(browser, &out.folder)).transpose()?;
    if let Some(workshop) = workshop.as_ref().filter(|_| arguments.pdf) {
        workshop.print(&out, &name)?;
    }
    if arguments.markdown || !arguments.charts.is_empty() {
        pictures(
            &report,
            &out,
            &name,
            wants(Pictures::Svg) || arguments.markdown,
            workshop.as_ref().filter(|_| wants(Pictures::Png)),
        )?;
    }
    if arguments.markdown {
        out.write(&format!("{name}.md"), markdown::render(&report, &name, "svg")?.as_bytes())?;
    }
    if !quiet {
        screen::note(&format!("{} kB of HTML in {seconds:.1} s", page.len() / 1_000));
    }
    Ok(())
}

/// A browser and a folder for what it makes on the way.
struct Workshop {
    browser: Browser,
    folder: TempDir,
}

impl Workshop {
    /// Beside the pages: a browser from a snap does not see the system's folder for such things.
    fn open(browser: Browser, out: &Path) -> Result<Self, Failure> {
        let failed = Failure::file("create a folder in", out, "name a folder you may write to with `--out`");
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        let folder = tempfile::Builder::new().prefix(".printing-").tempdir_in(out).map_err(failed)?;
        Ok(Self { browser, folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn print(&self, out: &Target, name: &str) -> Result<(), Failure> {
        let page = out.folder.join(format!("{name}.html"));
        let page = std::path::absolute(&page).unwrap_or(page);
        let pdf = self.path("page.pdf");
        self.browser.print(&page, &pdf, &self.path("profile"))?;
        out.write(&format!("{name}.pdf"), &read(&pdf)?)
    }

    fn png(&self, picture: &Picture, out: &Target) -> Result<(), Failure> {
        let (image, png) = (self.path("chart.svg"), self.path("chart.png"));
        let failed = Failure::file("write the file", &image, "free some space, or write elsewhere with `--out`");
        std::fs::write(&image, &picture.svg).map_err(failed)?;
        self.browser.picture(&image, picture.size(), &png, &self.path("profile"))?;
        out.write(&format!("{}.png", picture.name), &read(&png)?)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(Failure::file("read the file", path, "try again"))
}

/// Every chart as SVG, as PNG, or both.
fn pictures(
    report: &Report<'_>,
    out: &Target,
    folder: &str,
    as_svg: bool,
    workshop: Option<&Workshop>,
) -> Result<(), Failure> {
    let beside = Target::create(&out.folder.join(folder))?;
    for picture in picture::pictures(report)? {
        if as_svg {
            beside.write(&format!("{}.svg", picture.name), picture.svg.as_bytes())?;
        }
        if let Some(workshop) = workshop {
            workshop.png(&picture, &beside)?;
        }
    }
    Ok(())
}

fn first_line(error: &ReportError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// A folder to write into.
struct Target {
    folder: PathBuf,
}

impl Target {
    fn create(folder: &Path) -> Result<Self, Failure> {
        let failed = Failure::file("create the folder", folder, "name a folder you may write to with `--out`");
        std::fs::create_dir_all(folder).map_err(failed)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes a file whole or not at all, and says where it is.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let way_out = "free some space, or write elsewhere with `--out`";
        let partial = self.folder.join(format!(".{name}.partial-{}", std::process::id()));
        let written = std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, &path));
        if let Err(error) = written {
            // It may not even have come about.
            let _ = std::fs::remove_file(&partial);
            return Err(Failure::file("write the file", &path, way_out)(error));
        }
        screen::data(&format!("{}\n", path.display()))
    }
}
