//! The interface's description: OpenAPI for programs, a page for people that fetches nothing from elsewhere.

use super::problem::Kind;
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use std::fmt::Write as _;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// Says how sessions are shown.
pub(super) struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::Http(scheme));
    }
}

/// `/openapi.json` and `/docs`.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(api: OpenApi) -> Router<S> {
    let page = Arc::new(page(&api));
    let api = Arc::new(api);
    Router::new()
        .route("/openapi.json", get(async move || Json(OpenApi::clone(&api))))
        .route("/docs", get(async move || Html(String::clone(&page))))
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}\
code,pre{font-family:ui-monospace,monospace}pre{overflow:auto;padding:1rem;background:#8881}:root{color-scheme:light dark}</style>";

fn page(api: &OpenApi) -> String {
    let mut page = HEAD.to_owned();
    let title = escape(&api.info.title);
    let about = escape(api.info.description.as_deref().unwrap_or_default());
    let _ = write!(page, "<title>{title}</title><h1>{title}</h1><p>{about}</p>");
    page.push_str("<p>For programs: <a href=/openapi.json>/openapi.json</a></p><h2>What can be asked</h2><table>");
    page.push_str("<tr><th>method<th>path<th>what it does<th>answers</tr>");
    for (path, item) in &api.paths.paths {
        let methods = [("GET", &item.get), ("POST", &item.post), ("DELETE", &item.delete)];
        for (method, operation) in methods.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?))) {
            let summary = escape(operation.summary.as_deref().unwrap_or_default());
            let answers: Vec<&str> = operation.responses.responses.keys().map(String::as_str).collect();
            let path = escape(path);
            let answers = answers.join(", ");
            let _ = write!(page, "<tr><td>{method}<td><code>{path}</code><td>{summary}<td>{answers}</tr>");
        }
    }
    page.push_str("</table><h2>Problems</h2><table><tr><th>type<th>status<th>title</tr>");
    for kind in Kind::ALL {
        let (status, code, title) = kind.facts();
        let (status, title) = (status.as_u16(), escape(title));
        let _ = write!(page, "<tr id={code}><td><code>/docs#{code}</code><td>{status}<td>{title}</tr>");
    }
    let text = serde_json::to_string_pretty(api).unwrap_or_default();
    let _ = write!(
        page,
        "</table><h2>OpenAPI</h2><details><summary>the whole description</summary><pre>{}</pre></details></html>",
        escape(&text)
    );
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
