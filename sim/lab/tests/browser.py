"""Opens pages of `stranded report` in a real Chromium and insists on what a reader needs.

usage: browser.py PAGE.. [--screenshots FOLDER]

For every page, at the width of a phone, a tablet and a desk, light and dark: nothing on the console, no request beyond the
file, every chart there and not empty, values at the pointer and at the arrow keys, the choice of another day, no finding of
axe-core, and on paper at most twelve pages without a cut chart.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = [390, 768, 1440]
PAGES_MAX = 12
# An A4 page without its margins, in CSS pixels.
PAPER = {"width": round((210 - 26) / 25.4 * 96), "height": round((297 - 28) / 25.4 * 96)}

# Every image of every figure: whether it is shown, how large, and how many shapes in it have a size.
CHARTS = """() => [...document.querySelectorAll("figure")].map((figure) => ({
  name: figure.id,
  images: [...figure.querySelectorAll("svg.chart")].map((svg) => {
    const box = svg.getBoundingClientRect();
    const shapes = [...svg.querySelectorAll("polyline, polygon, rect, circle, line, path")].filter((shape) => {
      const size = shape.getBoundingClientRect();
      return size.width + size.height > 1;
    });
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.getBoundingClientRect().width > 0);
    return { wide: svg.classList.contains("chart-wide"), width: box.width, height: box.height, shapes: shapes.length, texts: texts.length };
  }).filter((image) => image.width > 0),
}))"""

# Letters of the page that look like one that no font has, drawn side by side.
MISSING = """() => {
  const canvas = document.createElement("canvas"), brush = canvas.getContext("2d", { willReadFrequently: true });
  canvas.width = canvas.height = 40;
  const draw = (letter) => {
    brush.clearRect(0, 0, 40, 40);
    brush.font = "24px " + getComputedStyle(document.body).fontFamily;
    brush.fillText(letter, 4, 30);
    return brush.getImageData(0, 0, 40, 40).data.join();
  };
  const missing = draw("\\u{10fffd}");
  return [...new Set(document.body.innerText)].filter((letter) => letter.trim() && draw(letter) === missing);
}"""

problems = []


def insist(holds, where, what):
    if not holds:
        problems.append(f"{where}: {what}")


def check_charts(page, where, width, figures_min):
    figures = page.evaluate(CHARTS)
    insist(len(figures) >= figures_min, where, f"{len(figures)} figures, expected at least {figures_min}")
    for figure in figures:
        images = figure["images"]
        insist(len(images) == 1, where, f"{figure['name']} shows {len(images)} images")
        for image in images:
            insist(image["wide"] == (width > 640), where, f"{figure['name']} shows the other layout")
            insist(image["width"] >= 280 and image["height"] >= 80, where, f"{figure['name']} is tiny: {image}")
            insist(image["shapes"] >= 3 and image["texts"] >= 2, where, f"{figure['name']} is empty: {image}")
    overflow = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    insist(overflow <= 0, where, f"the page is {overflow} px wider than the window")


def check_interaction(page, where):
    for box in page.locator(".plot[data-chart]").all():
        name = box.get_attribute("data-chart")
        readout = box.locator("xpath=../*[contains(@class, 'readout')]")
        box.scroll_into_view_if_needed()
        size = box.bounding_box()
        read = []
        # Two places, because charts of the same day share their cursor: what is read may stand there already.
        for part in [0.35, 0.55]:
            page.mouse.move(size["x"] + size["width"] * part, size["y"] + size["height"] * 0.6)
            read.append(readout.text_content())
        pointed = read[-1]
        insist(read[0] != pointed and re.search(r"\d", pointed), where, f"{name}: nothing at the pointer: {read}")
        visible = box.locator("svg.chart:visible .cursor")
        insist(visible.count() == 1, where, f"{name}: {visible.count()} cursors")
        box.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        insist(readout.text_content() != pointed, where, f"{name}: the arrow keys change nothing")
    chooser = page.locator("select[data-days]")
    if chooser.count():
        options = chooser.locator("option").count()
        insist(options > 1, where, "there is no other day to choose")
        chooser.select_option(index=1)
        lines = page.locator("svg.chart:visible .overlay")
        insist(lines.count() == 1, where, f"{lines.count()} days are laid over the chart")
        points = lines.first.get_attribute("points").split()
        heights = {point.split(",")[1] for point in points}
        insist(len(points) > 5 and len(heights) > 1, where, f"the day laid over is flat: {sorted(heights)[:3]}")
        chosen = chooser.locator("option").nth(1).text_content()
        readout = page.locator("#figure-stranded .readout").text_content()
        insist(chosen in readout, where, f"{chosen!r} is not read out: {readout!r}")
        chooser.select_option(index=0)
        insist(page.locator(".overlay").count() == 0, where, "the day laid over stays")
    first, second = page.locator("#first"), page.locator("#second")
    if first.count():
        insist(page.locator("#rows tr").count() > 3, where, "nothing is compared")
        before = page.locator("#rows").text_content()
        second.select_option(index=0)
        insist(page.locator("#rows").text_content() != before, where, "another run changes nothing")


def check_accessibility(page, where):
    for violation in Axe().run(page).response["violations"]:
        nodes = [node["target"] for node in violation["nodes"]][:3]
        insist(False, where, f"axe: {violation['id']}: {violation['help']} at {nodes}")


def check_paper(page, where, path):
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size(PAPER)
    for figure in page.locator("figure").all():
        height = figure.bounding_box()["height"]
        name = figure.get_attribute("id")
        insist(height <= PAPER["height"], where, f"{name} is {height} px high, a page {PAPER['height']}: it is cut")
    for figure in page.evaluate(CHARTS):
        insist(len(figure["images"]) == 1 and figure["images"][0]["wide"], where, f"{figure['name']} is not printed")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    insist(0 < pages <= PAGES_MAX, where, f"{pages} pages on paper")
    if path:
        path.write_bytes(pdf)
    return pages


def check(browser, file, screenshots):
    address = file.resolve().as_uri()
    figures_min = 6 if file.name.startswith("post-mortem") else 0
    for width in WIDTHS:
        for scheme in ["light", "dark"]:
            where = f"{file.name} at {width} px, {scheme}"
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            requests, said = [], []
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: said.append(f"error: {error}"))
            page.goto(address)
            check_charts(page, where, width, figures_min)
            missing = page.evaluate(MISSING)
            insist(missing == [], where, f"letters that no font has: {missing}")
            if screenshots:
                page.screenshot(path=screenshots / f"{file.stem}-{width}-{scheme}.png", full_page=True)
            check_accessibility(page, where)
            check_interaction(page, where)
            # Folded tables too.
            page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
            if scheme == "light" and width == 1440:
                check_accessibility(page, where + ", unfolded")
            insist(said == [], where, f"console: {said}")
            outside = [url for url in requests if url != address and not url.startswith("data:")]
            insist(outside == [], where, f"requests: {outside}")
            context.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    pages = check_paper(page, file.name, screenshots and screenshots / f"{file.stem}.pdf")
    context.close()
    print(f"{file.name}: {pages} pages on paper")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("pages", nargs="+", type=Path)
    arguments.add_argument("--screenshots", type=Path)
    arguments = arguments.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    program = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if program is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is installed; `cargo xtask setup` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for file in arguments.pages:
            check(browser, file, arguments.screenshots)
        browser.close()
    if problems:
        sys.exit("\n".join(problems))


main()
