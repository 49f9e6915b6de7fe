//! A web server on loopback with the pages of the replay.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const NOTICE: &str = include_str!("notice.html");
const EASTER: &str = include_str!("easter.html");
const QUESTIONS: &str = include_str!("questions.html");

/// Serves until the runtime ends.
pub(super) struct Server {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    is_easter: Arc<AtomicBool>,
}

impl Server {
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let is_easter = Arc::new(AtomicBool::new(false));
        tokio::spawn(serve(listener, Arc::clone(&is_easter)));
        Ok(Self { address, is_easter })
    }

    /// From now on the pages are those of Easter Monday.
    pub(super) fn publish_easter(&self) {
        self.is_easter.store(true, Ordering::SeqCst);
    }
}

async fn serve(listener: TcpListener, is_easter: Arc<AtomicBool>) {
    while let Ok((stream, _)) = listener.accept().await {
        let is_easter = Arc::clone(&is_easter);
        let service = service_fn(move |request: Request<Incoming>| {
            let response = answer(request.uri().path(), is_easter.load(Ordering::SeqCst));
            async { Ok::<_, Infallible>(response) }
        });
        // A reader who hangs up early is no fault of the replay.
        tokio::spawn(async move {
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(path: &str, is_easter: bool) -> Response<Full<Bytes>> {
    let page = match (path, is_easter) {
        ("/privacy", false) => Some(NOTICE.to_owned()),
        ("/privacy", true) => Some(
            NOTICE
                .replace("<!-- Easter -->", EASTER)
                .replace("19. Februar 2024", "21. April 2025"),
        ),
        ("/questions", false) => Some(QUESTIONS.to_owned()),
        // The same words in another coat: no news.
        ("/questions", true) => Some(QUESTIONS.replace(
            "<div class=\"answer\">",
            "<div class=\"answer new-look\" data-nonce=\"7f3a\">",
        )),
        _ => None,
    };
    let found = page.is_some();
    let mut response = Response::new(Full::new(Bytes::from(page.unwrap_or_default())));
    if !found {
        *response.status_mut() = hyper::StatusCode::NOT_FOUND;
    }
    let html = hyper::header::HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, html);
    response
}
