//! Answers with entity tags, codings and conditional requests (RFC 9110).

use std::cell::RefCell;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH,
    VARY,
};
use actix_web::{HttpRequest, HttpResponse};

/// Bodies below this many bytes are not worth compressing.
const WORTH_COMPRESSING: usize = 512;

/// How long an answer may be kept without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Ask each time; a 304 is cheap.
    Revalidate,
    /// The address names the content's version: keep it for good.
    Immutable,
    /// Never keep it.
    NoStore,
}

/// A complete body on its way out.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    media_type: String,
    body: Vec<u8>,
    freshness: Freshness,
    private: bool,
    vary: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// 200 with a body.
    pub fn new(media_type: &str, body: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            media_type: media_type.to_owned(),
            body,
            freshness: Freshness::Revalidate,
            private: false,
            vary: "Accept-Encoding",
            headers: Vec::new(),
        }
    }

    /// 200 with a JSON document.
    pub fn json(document: &serde_json::Value) -> Self {
        Self::new("application/json", document.to_string().into_bytes())
    }

    /// With another status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With another freshness.
    pub fn freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }

    /// An answer for one principal, kept by no shared cache, when `private`.
    pub fn private_if(mut self, private: bool) -> Self {
        self.private = private;
        self
    }

    /// One that also depends on the request's Accept and Accept-Language.
    pub fn negotiated(mut self) -> Self {
        self.vary = "Accept, Accept-Language, Accept-Encoding";
        self
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Compresses as the client accepts, tags, and answers 304 when it has the same already.
    pub fn send(self, request: &HttpRequest) -> HttpResponse {
        let coding = if self.body.len() >= WORTH_COMPRESSING && is_text(&self.media_type) {
            Coding::accepted(request.headers())
        } else {
            Coding::Identity
        };
        let hash = xxhash_rust::xxh3::xxh3_128(&self.body);
        let tag = format!("\"{hash:032x}{}\"", coding.tag_suffix());
        let unchanged = self.status == StatusCode::OK && has_tag(request.headers(), &tag);
        let mut response = HttpResponse::build(if unchanged {
            StatusCode::NOT_MODIFIED
        } else {
            self.status
        });
        if self.status == StatusCode::OK {
            response.insert_header((ETAG, tag));
        }
        response.insert_header((CACHE_CONTROL, cache_control(self.freshness, self.private)));
        response.insert_header((VARY, self.vary));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if unchanged {
            return response.finish();
        }
        response.insert_header((CONTENT_TYPE, self.media_type));
        if let Some(name) = coding.name() {
            response.insert_header((CONTENT_ENCODING, name));
        }
        response.body(coding.encode(self.body))
    }
}

fn cache_control(freshness: Freshness, private: bool) -> &'static str {
    match (freshness, private) {
        (Freshness::NoStore, _) => "no-store",
        (Freshness::Immutable, false) => "public, max-age=31536000, immutable",
        (Freshness::Immutable, true) => "private, max-age=31536000, immutable",
        (Freshness::Revalidate, false) => "no-cache",
        (Freshness::Revalidate, true) => "private, no-cache",
    }
}

fn is_text(media_type: &str) -> bool {
    [
        "json",
        "text/",
        "javascript",
        "xml",
        "mapbox-vector-tile",
        "svg",
    ]
    .iter()
    .any(|part| media_type.contains(part))
}

/// Whether If-None-Match names the tag (weak comparison, RFC 9110 13.1.2).
fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value
                .split(',')
                .map(str::trim)
                .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
        })
}

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    /// The best that the client accepts: zstd, gzip, none.
    fn accepted(headers: &HeaderMap) -> Self {
        let mut best = Self::Identity;
        for value in headers
            .get_all(ACCEPT_ENCODING)
            .filter_map(|value| value.to_str().ok())
        {
            for item in value.split(',') {
                let mut parts = item.split(';').map(str::trim);
                let name = parts.next().unwrap_or_default().to_ascii_lowercase();
                let refused = parts.any(|p| {
                    p.strip_prefix("q=")
                        .and_then(|q| q.parse::<f32>().ok())
                        .is_some_and(|q| q <= 0.0)
                });
                match name.as_str() {
                    _ if refused => {}
                    "zstd" => best = Self::Zstd,
                    "gzip" | "x-gzip" if best == Self::Identity => best = Self::Gzip,
                    _ => {}
                }
            }
        }
        best
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    fn tag_suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Zstd => "-zst",
        }
    }

    fn encode(self, body: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Identity => body,
            Self::Gzip => gzip(&body).unwrap_or(body),
            Self::Zstd => zstd::bulk::compress(&body, 1).unwrap_or(body),
        }
    }
}

/// One compressor per thread: making one costs more than a small tile.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        static COMPRESSOR: RefCell<libdeflater::Compressor> =
            RefCell::new(libdeflater::Compressor::new(libdeflater::CompressionLvl::fastest()));
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let mut out = vec![0; compressor.gzip_compress_bound(body.len())];
        let len = compressor.gzip_compress(body, &mut out).ok()?;
        out.truncate(len);
        Some(out)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;

    use super::*;

    fn send(header: (&'static str, &str)) -> HttpResponse {
        Answer::new("application/json", vec![b'x'; 2000])
            .send(&TestRequest::get().insert_header(header).to_http_request())
    }

    #[test]
    fn each_coding_has_a_tag_of_its_own_and_a_304() {
        let mut tags = Vec::new();
        for coding in ["identity", "gzip", "gzip, zstd;q=0.5", "gzip;q=0"] {
            let response = send(("accept-encoding", coding));
            tags.push(response.headers().get(ETAG).unwrap().clone());
        }
        assert_eq!(tags[0], tags[3]);
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
        let again = send(("if-none-match", tags[0].to_str().unwrap()));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(again.into_body().size().is_eof());
        assert_eq!(
            send(("if-none-match", tags[1].to_str().unwrap())).status(),
            StatusCode::OK
        );
    }
}
