//! All scenarios of this project, through both doors.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use regulars::capi::REGULARS_OK;
use regulars::decide::Document;
use regulars::document::{Json, Limits, write_document};
use regulars::time::Timestamp;

use crate::handle::{Handle, status_name};
use crate::runner::scenario::Scenario;
use crate::runner::{self, before, scenario};
use crate::typed;

const SCENARIOS: &str = "fixtures/scenarios";

/// As many events were compared when this was last changed. It only ever rises.
const EVENTS: usize = 2577;

/// As many events of scenarios typed calls refuse before a rule sees them. Each is a number below zero.
const EARLIER: usize = 11;

/// What each event of each scenario comes to by the runner, which calls the library itself. It ends a scenario that
/// falls short there.
fn told_by_the_runner() -> BTreeMap<(String, usize), String> {
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let arguments = ["--json", "--store", "memory", SCENARIOS].map(Into::into);
    runner::run(arguments, &mut out, &mut complaints);
    assert_eq!(complaints, b"");
    let mut told = BTreeMap::new();
    for line in String::from_utf8(out).unwrap().lines() {
        // Another reader of JSON than the library's own, which knows no numbers but counts.
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(event) = line["event"].as_u64() {
            let place = (line["scenario"].as_str().unwrap().to_string(), usize::try_from(event).unwrap());
            told.insert(place, line["told"].to_string());
        }
    }
    told
}

/// The scenarios of a file, each with its events as they are written there.
fn scenarios() -> Vec<(Scenario, Vec<String>)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(SCENARIOS).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let text = fs::read_to_string(file).unwrap();
        let json = match Json::read(&text, &Limits::NONE).unwrap() {
            Json::List(scenarios) => scenarios,
            one => vec![one],
        };
        let read = scenario::read(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        all.extend(read.into_iter().zip(json.iter().map(events)));
    }
    all
}

fn events(scenario: &Json) -> Vec<String> {
    let Some(Json::List(events)) = scenario.get("events") else { panic!("events") };
    let without = |event: &Json| match event {
        Json::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != "expect");
            Json::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect()).to_string()
        }
        other => other.to_string(),
    };
    events.iter().map(without).collect()
}

/// Plays all scenarios, with one way to hand an event in, and compares what is told of each event.
fn play_all(earlier: usize, hand_in: impl Fn(&Handle, Option<&Document>, &str) -> (i32, String)) -> usize {
    let told = told_by_the_runner();
    let (mut compared, mut told_earlier) = (0, 0);
    for (scenario, events) in scenarios() {
        let script = &scenario.script;
        let handle = Handle::new();
        let first = script.events.iter().find_map(|event| event.document.as_ref().ok());
        let at = first.map_or(Timestamp::EPOCH, Document::at);
        for document in before::documents(script, at) {
            let (status, answer) = handle.json(&write_document(&document, &script.program.program));
            assert_eq!(status, REGULARS_OK, "{}: {answer}", scenario.id);
        }
        for (event, text) in script.events.iter().zip(&events) {
            let Some(expected) = told.get(&(scenario.id.clone(), event.number)) else { break };
            let (status, answer) = hand_in(&handle, event.document.as_ref().ok(), text);
            let place = format!("{}, event {}", scenario.id, event.number);
            let error: serde_json::Value = serde_json::from_str(&answer).unwrap();
            // A typed call says where it is what can never be right, before a rule has seen it.
            if error["facts"]["path"].is_string() {
                let by_a_rule: serde_json::Value = serde_json::from_str(expected).unwrap();
                assert_eq!(error["error"], by_a_rule["error"], "{place}");
                assert!(by_a_rule["facts"]["what"].is_string(), "{place}: {expected}");
                let (path, found) = (&error["facts"]["path"], &error["facts"]["found"]);
                let (path, found) = (path.as_str().unwrap(), found.as_str().unwrap_or_default());
                assert!(found.starts_with('-') || path.ends_with("quantity"), "{place}: {answer}");
                told_earlier += 1;
            } else {
                assert_eq!(&same_order(&answer), expected, "{place}");
            }
            assert_eq!(status_name(status), error["error"].as_str().unwrap_or("ok"), "{place}");
            compared += 1;
        }
    }
    assert_eq!(told_earlier, earlier);
    compared
}

fn same_order(answer: &str) -> String {
    serde_json::from_str::<serde_json::Value>(answer).unwrap().to_string()
}

#[test]
fn all_scenarios_come_as_expected_through_the_json_door() {
    let compared = play_all(0, |handle, _, text| handle.json(text));
    println!("{compared} events through the JSON door");
    assert!(EVENTS <= compared, "{compared}");
}

/// What typed calls there are is handed in by them; all else by the JSON door.
#[test]
fn both_doors_give_equal_outcomes() {
    let typed_calls = std::cell::Cell::new(0);
    let compared = play_all(EARLIER, |handle, document, text| {
        match document.and_then(|document| typed::hand_in(handle, document)) {
            Some(told) => {
                typed_calls.set(typed_calls.get() + 1);
                told
            }
            None => handle.json(text),
        }
    });
    println!("{} of {compared} events by typed calls", typed_calls.get());
    assert!(EVENTS <= compared && compared <= typed_calls.get() * 2, "{}", typed_calls.get());
}
