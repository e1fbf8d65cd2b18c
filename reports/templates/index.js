//<![CDATA[
// Two runs side by side. The list is complete without it.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const section = document.getElementById("compare");
  if (!section || data.runs.length < 2) return;
  const choosers = ["first", "second"].map((id) => document.getElementById(id));
  for (const [index, chooser] of choosers.entries()) {
    data.runs.forEach((run, number) => chooser.append(new Option(run.name, number)));
    chooser.value = String(index);
    chooser.addEventListener("change", show);
  }
  function cell(text, tag, isNumber) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (isNumber) made.className = "n";
    else made.scope = "row";
    return made;
  }
  function show() {
    const runs = choosers.map((chooser) => data.runs[chooser.value]);
    document.getElementById("first-name").textContent = runs[0].name;
    document.getElementById("second-name").textContent = runs[1].name;
    const fixed = runs[0].values.length;
    const rows = data.rows.map((title, index) => {
      const arm = title.slice(title.indexOf(": ") + 2);
      const values = runs.map((run) => index < fixed ? run.values[index] : run.arms[arm]);
      if (values.every((value) => value === null || value === undefined)) return null;
      const row = document.createElement("tr");
      row.append(cell(title, "th", false), ...values.map((value) => cell(value || "–", "td", true)));
      return row;
    });
    document.getElementById("rows").replaceChildren(...rows.filter(Boolean));
  }
  show();
  section.hidden = false;
})();
//]]>
