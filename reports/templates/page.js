//<![CDATA[
// Values at a pointer, another day laid over the chart. The page is complete without it.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const number = new Intl.NumberFormat(data.language, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(data.language, { style: "percent", maximumFractionDigits: 1 });
  const SVG = "http://www.w3.org/2000/svg";
  const charts = [];

  const clock = (hours) => {
    const minutes = Math.round(hours * 60), day = ((minutes % 1440) + 1440) % 1440;
    return String(Math.floor(day / 60)).padStart(2, "0") + ":" + String(day % 60).padStart(2, "0");
  };
  const length = (minutes) => minutes < 60 ? data.units.minutes.replace("{}", Math.round(minutes))
    : data.units.hours.replace("{}", number.format(minutes / 60));

  function plotOf(svg) {
    const [left, top, right, bottom, from, until, scale, highest] = svg.dataset.plot.split(" ");
    return { svg, left: +left, top: +top, right: +right, bottom: +bottom, from: +from, until: +until, log: scale === "log", highest: +highest };
  }
  const partOf = (plot, value) => plot.log ? Math.log(value / plot.from) / Math.log(plot.until / plot.from)
    : (value - plot.from) / (plot.until - plot.from);
  const valueAt = (plot, part) => plot.log ? plot.from * Math.pow(plot.until / plot.from, part)
    : plot.from + part * (plot.until - plot.from);

  function element(plot, name, attributes, before) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    plot.svg.insertBefore(made, before || null);
    return made;
  }

  function show(chart, value) {
    const { info, plots } = chart, count = info.series[0].values.length, first = plots[0];
    let index;
    if (info.at) {
      index = info.at.findIndex((at) => at > value);
      index = (index < 0 ? count : index) - 1;
    } else {
      index = Math.floor(partOf(first, value) * count);
    }
    index = Math.max(0, Math.min(count - 1, index));
    const step = (first.until - first.from) / count;
    const at = info.at ? info.at[index] : first.from + (index + 0.5) * step;
    for (const plot of plots) {
      const x = plot.left + partOf(plot, at) * (plot.right - plot.left);
      plot.cursor = plot.cursor || element(plot, "line", { class: "cursor" });
      for (const [key, v] of [["x1", x], ["x2", x], ["y1", plot.top], ["y2", plot.bottom]]) plot.cursor.setAttribute(key, v);
    }
    const write = info.format === "share" ? percent : number;
    const values = info.series.map((series) => [series.name, series.values[index]]);
    if (info.sum) values.push([info.sum, values.reduce((sum, [, v]) => sum + v, 0)]);
    if (chart.day) values.push([chart.day.title, chart.day.values[index]]);
    chart.readout.replaceChildren();
    const when = document.createElement("b");
    when.textContent = info.unit ? info.unit.replace("{}", number.format(at)) : info.at ? length(at) : clock(first.from + index * step);
    chart.readout.append(when);
    for (const [name, v] of values) {
      const part = document.createElement("span");
      part.textContent = name + " " + write.format(v);
      chart.readout.append(part, " ");
    }
    chart.value = at;
    chart.step = step;
  }

  // Charts over the same day share their cursor.
  function point(chart, value) {
    const others = chart.info.at ? [chart] : charts.filter((other) => !other.info.at);
    for (const other of others) show(other, value);
  }

  for (const box of document.querySelectorAll(".plot[data-chart]")) {
    const info = data.charts[box.dataset.chart];
    const plots = Array.from(box.querySelectorAll("svg[data-plot]"), plotOf);
    if (!info || !plots.length) continue;
    const readout = box.parentElement.querySelector(".readout");
    const chart = { info, plots, readout, box };
    charts.push(chart);
    readout.hidden = false;
    readout.textContent = data.help;
    const follow = (event) => {
      const plot = plots.find((p) => p.svg.contains(event.target));
      if (!plot) return;
      const inside = new DOMPoint(event.clientX, event.clientY).matrixTransform(plot.svg.getScreenCTM().inverse());
      const part = (inside.x - plot.left) / (plot.right - plot.left);
      if (part >= 0 && part <= 1) point(chart, valueAt(plot, part));
    };
    box.addEventListener("pointermove", follow);
    box.addEventListener("pointerdown", follow);
    box.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const plot = plots[0], many = event.shiftKey ? 12 : 1;
      if (chart.value === undefined) point(chart, plot.log ? info.at[0] : (plot.from + plot.until) / 2);
      else if (info.at) {
        const next = info.at.indexOf(chart.value) + way * many;
        point(chart, info.at[Math.max(0, Math.min(info.at.length - 1, next))]);
      } else point(chart, chart.value + way * many * chart.step);
    });
  }

  for (const chooser of document.querySelectorAll("select[data-days]")) {
    const chart = charts.find((c) => c.box.dataset.chart === chooser.dataset.days);
    if (!chart || !chart.info.days || !chart.info.days.length) continue;
    chart.info.days.forEach((day, index) => chooser.append(new Option(day.title, index)));
    chooser.closest("[hidden]").hidden = false;
    chooser.addEventListener("change", () => {
      chart.day = chooser.value === "" ? null : chart.info.days[chooser.value];
      for (const plot of chart.plots) {
        for (const old of plot.svg.querySelectorAll(".overlay, .overlay-halo")) old.remove();
        if (!chart.day) continue;
        const width = (plot.right - plot.left) / chart.day.values.length, height = plot.bottom - plot.top;
        const points = chart.day.values.map((people, index) => {
          const y = plot.bottom - Math.min(1, people / plot.highest) * height;
          return (plot.left + (index + 0.5) * width).toFixed(0) + "," + y.toFixed(0);
        }).join(" ");
        element(plot, "polyline", { class: "overlay-halo", points });
        element(plot, "polyline", { class: "overlay", points });
      }
      if (chart.value !== undefined) point(chart, chart.value);
    });
  }
})();
//]]>
