//! Counters for Prometheus.

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

/// All that is counted.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    /// Requests by route, method and status.
    pub requests: IntCounterVec,
    /// Seconds until the answer's head, by route.
    pub seconds: HistogramVec,
    /// Tiles that were made (not answered from elsewhere).
    pub tiles_made: IntCounter,
    /// Bytes of the tiles that were made, before compression.
    pub tile_bytes: IntCounter,
    /// Tiles over the hard limit.
    pub tiles_too_large: IntCounter,
    /// Layers by state.
    pub layers: IntGaugeVec,
    /// Imports that run now.
    pub imports_running: IntGauge,
    /// Memory of the process in bytes, as the system counts it.
    pub memory: IntGauge,
}

impl Metrics {
    /// Fresh counters.
    pub fn new() -> Self {
        let registry = Registry::new();
        let made = "metrics are made once, with names of ours";
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let metric = IntCounterVec::new(Opts::new(name, help), labels).expect(made);
            registry.register(Box::new(metric.clone())).expect(made);
            metric
        };
        let counter = |name: &str, help: &str| {
            let metric = IntCounter::new(name, help).expect(made);
            registry.register(Box::new(metric.clone())).expect(made);
            metric
        };
        let gauge = |name: &str, help: &str| {
            let metric = IntGauge::new(name, help).expect(made);
            registry.register(Box::new(metric.clone())).expect(made);
            metric
        };
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "govmaps_request_seconds",
                "Seconds until the head of the answer",
            )
            .buckets(vec![0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0]),
            &["route"],
        )
        .expect(made);
        registry.register(Box::new(seconds.clone())).expect(made);
        let layers = IntGaugeVec::new(Opts::new("govmaps_layers", "Layers by state"), &["state"])
            .expect(made);
        registry.register(Box::new(layers.clone())).expect(made);
        Self {
            requests: counters(
                "govmaps_requests_total",
                "Requests",
                &["route", "method", "status"],
            ),
            seconds,
            tiles_made: counter("govmaps_tiles_made_total", "Vector tiles made"),
            tile_bytes: counter(
                "govmaps_tile_bytes_total",
                "Bytes of vector tiles made, before compression",
            ),
            tiles_too_large: counter(
                "govmaps_tiles_too_large_total",
                "Vector tiles over the hard limit of 2 MB",
            ),
            layers,
            imports_running: gauge("govmaps_imports_running", "Imports that run now"),
            memory: gauge("process_resident_memory_bytes", "Resident memory"),
            registry,
        }
    }

    /// The text form.
    pub fn text(&self) -> String {
        self.memory.set(resident_bytes().unwrap_or(0));
        let mut out = Vec::new();
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn resident_bytes() -> Option<i64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as i64)
}
