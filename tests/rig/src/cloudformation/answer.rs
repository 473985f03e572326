//! XML answers of the AWS Query protocol.

/// The body of a successful result, or why the call is refused.
pub(super) type Answer = Result<Xml, Refusal>;

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let status = match code {
            "AccessDenied" => 403,
            "ChangeSetNotFound" | "NoSuchKey" => 404,
            _ => 400,
        };
        Self { status, code, message: message.into() }
    }

    /// The general refusal, for all that has no code of its own.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    pub(super) fn to_xml(&self) -> String {
        let mut error = Xml::default();
        error.text("Type", "Sender").text("Code", self.code).text("Message", &self.message);
        let mut answer = Xml::default();
        answer.element("Error", &error).text("RequestId", &uuid::Uuid::new_v4().to_string());
        let mut document = Xml::default();
        document.element("ErrorResponse", &answer);
        document.0
    }
}

/// XML that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Xml(String);

impl Xml {
    /// Adds an element with text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.0.push_str(&format!("<{name}>{}</{name}>", escape(text)));
        self
    }

    /// Adds an element with text, if there is one.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        text.map(|text| self.text(name, text));
        self
    }

    /// Adds an element with elements.
    pub(super) fn element(&mut self, name: &str, content: &Xml) -> &mut Self {
        self.0.push_str(&format!("<{name}>{}</{name}>", content.0));
        self
    }

    /// Adds a list: its items are `member` elements.
    pub(super) fn list(&mut self, name: &str, items: impl IntoIterator<Item = Xml>) -> &mut Self {
        let mut list = Xml::default();
        for item in items {
            list.element("member", &item);
        }
        self.element(name, &list)
    }

    /// The whole answer of an action.
    pub(super) fn answer(&self, action: &str) -> String {
        let mut metadata = Xml::default();
        metadata.text("RequestId", &uuid::Uuid::new_v4().to_string());
        let mut answer = Xml::default();
        answer.element(&format!("{action}Result"), self).element("ResponseMetadata", &metadata);
        let mut document = Xml::default();
        document.element(&format!("{action}Response"), &answer);
        document.0
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
