//! The public base address: every link the server writes begins with it.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::settings::Settings;

/// What is escaped in a path segment (RFC 3986 3.3), keeping `:` and `,` readable.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The base address as one request sees it, ending in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// The configured address, else the request's own: its Host, or what a listed proxy says.
    pub fn of(request: &HttpRequest, settings: &Settings) -> Self {
        if let Some(address) = &settings.public_address {
            return Self(format!("{}/", address.trim_end_matches('/')));
        }
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let trusted = request
            .peer_addr()
            .is_some_and(|peer| settings.trusted_proxies.contains(&peer.ip()));
        let forwarded = |name: &str| {
            trusted
                .then(|| header(name))
                .flatten()
                .and_then(|value| value.split(',').next())
                .map(str::trim)
        };
        // RFC 7239: the first proxy's pairs
        let pair = |name: &str| {
            forwarded("forwarded")?.split(';').find_map(|pair| {
                let (key, value) = pair.trim().split_once('=')?;
                key.eq_ignore_ascii_case(name)
                    .then(|| value.trim_matches('"'))
            })
        };
        let scheme = pair("proto").or_else(|| forwarded("x-forwarded-proto"));
        let scheme = if scheme == Some("https") {
            "https"
        } else {
            "http"
        };
        let host = pair("host")
            .or_else(|| forwarded("x-forwarded-host"))
            .or_else(|| header("host"))
            .filter(|host| is_host(host));
        let prefix = forwarded("x-forwarded-prefix")
            .unwrap_or_default()
            .trim_matches('/');
        let host = host.unwrap_or("localhost");
        Self(if prefix.is_empty() {
            format!("{scheme}://{host}/")
        } else {
            format!("{scheme}://{host}/{prefix}/")
        })
    }

    /// The address of a path below the base (without leading slash).
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The base's own path: `/` or `/kaarten/`.
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        self.0[after_scheme..]
            .find('/')
            .map_or("/", |at| &self.0[after_scheme + at..])
    }

    /// A name as a path segment.
    pub fn segment(name: &str) -> String {
        utf8_percent_encode(name, SEGMENT).to_string()
    }
}

/// A host with an optional port, nothing that could break out of an address.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() < 256
        && host.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']' | b'_')
        })
}

/// The path prefix of the configured address, without slashes; `None` when there is none.
pub(crate) fn configured_prefix(settings: &Settings) -> Option<String> {
    let address = settings.public_address.as_ref()?;
    let base = Base(format!("{}/", address.trim_end_matches('/')));
    Some(base.path().trim_matches('/').to_owned()).filter(|prefix| !prefix.is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn forwarded_headers_count_only_from_listed_proxies() {
        let request = TestRequest::get()
            .peer_addr("10.0.0.1:5000".parse().unwrap())
            .insert_header(("host", "inside:8080"))
            .insert_header(("x-forwarded-host", "geo.town.be"))
            .insert_header(("x-forwarded-proto", "https"))
            .to_http_request();
        let mut settings = Settings::default();
        assert_eq!(
            Base::of(&request, &settings).url("x"),
            "http://inside:8080/x"
        );
        settings.trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
        assert_eq!(
            Base::of(&request, &settings).url("x"),
            "https://geo.town.be/x"
        );
        let standard = TestRequest::get()
            .peer_addr("10.0.0.1:5000".parse().unwrap())
            .insert_header((
                "forwarded",
                "for=1.2.3.4;proto=https;host=\"geo.stad.be\", for=x;host=y",
            ))
            .to_http_request();
        assert_eq!(
            Base::of(&standard, &settings).url("x"),
            "https://geo.stad.be/x"
        );
        settings.public_address = Some("https://geo.town.be/kaarten".to_owned());
        assert_eq!(
            Base::of(&request, &settings).url("x"),
            "https://geo.town.be/kaarten/x"
        );
        assert_eq!(Base::of(&request, &settings).path(), "/kaarten/");
        assert_eq!(configured_prefix(&settings).as_deref(), Some("kaarten"));
    }

    #[test]
    fn a_host_cannot_break_out_of_the_address() {
        let request = TestRequest::get()
            .insert_header(("host", "a\"><script>"))
            .to_http_request();
        assert_eq!(
            Base::of(&request, &Settings::default()).url(""),
            "http://localhost/"
        );
    }
}
