//! The Chrome DevTools Protocol, as little of it as reading a page needs.
//! <https://chromedevtools.github.io/devtools-protocol/>

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What went wrong between us and the browser, in words.
pub type Trouble = String;

/// A connection to one browser, attached to one page.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    next_id: u64,
    /// Events that came while an answer was awaited, oldest first.
    pub events: Vec<Event>,
}

/// Something the browser told without being asked.
#[derive(Debug, Deserialize)]
pub struct Event {
    pub method: String,
    #[serde(default)]
    pub params: Value,
}

#[derive(Debug, Deserialize)]
struct Answer {
    id: Option<u64>,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
}

impl Connection {
    /// Connects to the debugger's web socket; no message may be longer than `limit` bytes.
    pub async fn open(endpoint: &str, limit: usize) -> Result<Self, Trouble> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let (socket, _) = tokio_tungstenite::connect_async_with_config(endpoint, Some(config), true)
            .await
            .map_err(|error| format!("the browser's debugger does not answer: {error}"))?;
        Ok(Self {
            socket,
            session: None,
            next_id: 0,
            events: Vec::new(),
        })
    }

    /// Opens an empty page; later commands go to it.
    pub async fn open_page(&mut self) -> Result<(), Trouble> {
        let target = self
            .call("Target.createTarget", json!({ "url": "about:blank" }))
            .await?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call("Target.attachToTarget", attach).await?;
        self.session = session["sessionId"].as_str().map(str::to_owned);
        Ok(())
    }

    /// Sends a command and waits for its answer.
    pub async fn call(&mut self, method: &str, params: Value) -> Result<Value, Trouble> {
        self.next_id += 1;
        let mut command = json!({ "id": self.next_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(command.to_string()))
            .await
            .map_err(|error| error.to_string())?;
        loop {
            let message = self.socket.next().await.ok_or("the browser went away")?;
            let Message::Text(text) = message.map_err(|error| format!("the browser went away: {error}"))? else {
                continue;
            };
            let answer: Answer = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            match (answer.id, answer.error) {
                (Some(id), Some(error)) if id == self.next_id => return Err(format!("{method}: {error}")),
                (Some(id), None) if id == self.next_id => return Ok(answer.result),
                (Some(_), _) => {}
                (None, _) => self.events.extend(serde_json::from_str(&text)),
            }
        }
    }

    /// The value of a JavaScript expression on the page.
    pub async fn evaluate(&mut self, expression: &str) -> Result<Value, Trouble> {
        let answer = self
            .call(
                "Runtime.evaluate",
                json!({ "expression": expression, "returnByValue": true }),
            )
            .await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("the page's script failed: {details}")),
            None => Ok(answer["result"]["value"].clone()),
        }
    }
}
