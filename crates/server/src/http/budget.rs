//! How much computing one client may ask for: a whole town hall may come from one address, so it is
//! counted in time, not in requests. Tiles are exempt.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use crate::accounts::Principal;
use crate::error::{Problem, Result};
use crate::settings::Settings;

/// Clients that are remembered; beyond it those with a full budget are forgotten.
const MOST_CLIENTS: usize = 10_000;

/// Who a budget belongs to: a token, else an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Client {
    /// The holder of a token, by its public part.
    Token(String),
    /// Somebody at an address.
    Address(IpAddr),
}

impl Client {
    /// The client of a request. Behind a listed proxy it is the address that the proxy saw.
    pub fn of(request: &HttpRequest, principal: &Principal, settings: &Settings) -> Self {
        if !principal.is_anonymous() {
            return Self::Token(principal.name().to_owned());
        }
        let peer = request
            .peer_addr()
            .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        if !settings.trusted_proxies.contains(&peer) {
            return Self::Address(peer);
        }
        // the last entry was written by our proxy, those before it by anybody
        let seen = request
            .headers()
            .get("x-forwarded-for")
            .and_then(|value| value.to_str().ok());
        let seen = seen.and_then(|value| value.rsplit(',').next()?.trim().parse().ok());
        Self::Address(seen.unwrap_or(peer))
    }
}

/// What is left of each client's time.
#[derive(Debug)]
pub struct Budget {
    /// The most that is left, in seconds.
    full: f64,
    /// Seconds that come back each second.
    rate: f64,
    spent: Mutex<HashMap<Client, Spent>>,
}

/// Seconds that a client has used, as of a moment.
#[derive(Debug, Clone, Copy)]
struct Spent {
    seconds: f64,
    at: Instant,
}

impl Spent {
    fn now(self, rate: f64) -> f64 {
        (self.seconds - self.at.elapsed().as_secs_f64() * rate).max(0.0)
    }
}

impl Budget {
    /// Budgets of so many seconds, which come back at a rate; none at all when `full` is 0.
    pub fn new(full: f64, rate: f64) -> Self {
        Self {
            full,
            rate,
            spent: Mutex::default(),
        }
    }

    /// Refuses a client that has used its time.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, client: &Client) -> Result<()> {
        if self.full <= 0.0 {
            return Ok(());
        }
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let over = spent.get(client).map_or(0.0, |spent| spent.now(self.rate)) - self.full;
        if over <= 0.0 {
            return Ok(());
        }
        let wait = (over / self.rate.max(0.001)).ceil().max(1.0);
        Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("Your requests have used more of the server's time than one client may; try again in {wait} s."),
        )
        .retry_after(wait as u32))
    }

    /// Counts time that was used for a client.
    pub fn charge(&self, client: Client, used: Duration) {
        if self.full <= 0.0 {
            return;
        }
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= MOST_CLIENTS && !spent.contains_key(&client) {
            spent.retain(|_, spent| spent.now(self.rate) > 0.0);
        }
        let before = spent.get(&client).map_or(0.0, |spent| spent.now(self.rate));
        spent.insert(
            client,
            Spent {
                seconds: before + used.as_secs_f64(),
                at: Instant::now(),
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_used_up_by_one_client_alone_and_comes_back() {
        let budget = Budget::new(1.0, 50.0);
        let (greedy, other) = (
            Client::Address([127, 0, 0, 1].into()),
            Client::Token("abcdefgh".to_owned()),
        );
        assert!(budget.check(&greedy).is_ok());
        budget.charge(greedy.clone(), Duration::from_secs(4));
        let refused = budget.check(&greedy).unwrap_err();
        assert!(refused.to_string().starts_with("429"), "{refused}");
        assert!(budget.check(&other).is_ok());
        std::thread::sleep(Duration::from_millis(100));
        assert!(budget.check(&greedy).is_ok());
        assert!(Budget::new(0.0, 1.0).check(&greedy).is_ok(), "switched off");
    }
}
