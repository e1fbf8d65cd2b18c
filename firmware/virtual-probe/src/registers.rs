//! Which number QEMU gives to which register of the core, read from the description that it offers to GDB.

use std::collections::BTreeMap;

/// Numbers by name.
#[derive(Debug, Default)]
pub(crate) struct RegisterNumbers {
    numbers: BTreeMap<String, u32>,
    next: u32,
}

impl RegisterNumbers {
    /// Adds the registers of one feature. Features must come in the order in which the target includes them, because a
    /// register without a number of its own has the one after its predecessor's.
    pub(crate) fn add_feature(&mut self, xml: &str) {
        for element in elements(xml, "<reg ") {
            let Some(name) = attribute(element, "name") else { continue };
            let number = attribute(element, "regnum").and_then(|number| number.parse().ok()).unwrap_or(self.next);
            self.numbers.insert(name.to_owned(), number);
            self.next = number + 1;
        }
    }

    /// The number of a register, if this QEMU shows it.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// The files that a target description includes, in order.
pub(crate) fn included_features(xml: &str) -> Vec<String> {
    elements(xml, "<xi:include ").filter_map(|element| attribute(element, "href")).map(str::to_owned).collect()
}

/// The inside of every element that starts so. QEMU writes plain elements, without a prefix declared for `xi:`, at which
/// a real XML parser stops.
fn elements<'xml>(xml: &'xml str, start: &'static str) -> impl Iterator<Item = &'xml str> {
    xml.split(start).skip(1).filter_map(|rest| rest.split('>').next())
}

fn attribute<'xml>(element: &'xml str, name: &str) -> Option<&'xml str> {
    let (_, rest) = element.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_numbered_on_unless_they_say_so_themselves() {
        let target = r#"<target><xi:include href="core.xml"/><xi:include href="vfp.xml"/></target>"#;
        assert_eq!(included_features(target), ["core.xml", "vfp.xml"]);
        let mut numbers = RegisterNumbers::default();
        numbers.add_feature(
            r#"<feature name="core"><reg name="r0" bitsize="32"/>
               <reg name="sp" bitsize="32" type="data_ptr"/><reg name="xpsr" bitsize="32" regnum="25"/></feature>"#,
        );
        numbers.add_feature(r#"<feature name="vfp"><reg name="d0" bitsize="64"/><reg name="d1"/></feature>"#);
        let found = ["r0", "sp", "xpsr", "d0", "d1", "feature"].map(|name| numbers.number(name));
        assert_eq!(found, [Some(0), Some(1), Some(25), Some(26), Some(27), None]);
    }
}
