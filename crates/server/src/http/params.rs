//! Query parameters: each is taken once, and what nobody took is an error that names it.

use percent_encoding::percent_decode_str;

use crate::error::{Problem, Result};

/// The parameters of a request.
#[derive(Debug, Clone)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Splits and decodes a query string.
    ///
    /// # Errors
    /// 400 for escapes that are no UTF-8, and for a parameter that is given twice.
    pub fn parse(query: &str) -> Result<Self> {
        let mut all: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if all.iter().any(|(other, _)| *other == name) {
                return Err(Problem::parameter(&name, "it is given twice"));
            }
            all.push((name, value));
        }
        Ok(Self(all))
    }

    /// Takes a parameter's value.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Takes a parameter and reads it.
    ///
    /// # Errors
    /// 400 that names it.
    pub fn parsed<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> Result<Option<T>> {
        self.take(name)
            .map(|text| read(&text).map_err(|error| Problem::parameter(name, error)))
            .transpose()
    }

    /// Ends the taking.
    ///
    /// # Errors
    /// 400 that names a parameter which nobody took, with the ones that are known.
    pub fn finish(self, known: &[&str]) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::parameter(
                name,
                format!("it is not known here; known are: {}", known.join(", ")),
            )),
        }
    }
}

/// Refuses parameters where none are known.
///
/// # Errors
/// 400 that names one.
pub fn no_parameters(request: &actix_web::HttpRequest) -> Result<()> {
    match Params::parse(request.query_string())?.0.first() {
        None => Ok(()),
        Some((name, _)) => Err(Problem::parameter(name, "there are no parameters here")),
    }
}

/// A path segment with its escapes undone.
///
/// # Errors
/// 400 when it is no UTF-8.
pub fn path_text(segment: &str) -> Result<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Problem::bad_request("the address holds escapes that are no UTF-8"))
}

fn decode(text: &str) -> Result<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Problem::bad_request("the query holds escapes that are no UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_nobody_takes_is_named() {
        let mut params = Params::parse("limit=5&bbx=1%2C2").unwrap();
        assert_eq!(params.take("limit").as_deref(), Some("5"));
        let problem = params.finish(&["limit", "bbox"]).unwrap_err();
        assert!(problem.to_string().contains("'bbx'"), "{problem}");
        assert!(Params::parse("a=1&a=2").is_err());
        assert!(Params::parse("a=%ff").is_err());
    }
}
