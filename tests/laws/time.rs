//! Laws of time: what runs out, what comes late, what is asked about the past.

use proptest::collection::vec;
use proptest::prelude::*;
use regulars::decide::Document;
use regulars::loyalty::{Expiry, Program, Span};
use regulars::time::{FixedZones, Timestamp, Zones};

use crate::programs::idle_program;
use crate::shop::{Till, ann, at, check, date, header, import, on, redeem, set_program};
use crate::tries;

proptest! {
    #![proptest_config(tries())]

    /// R24, R25: a balance as of a day is what came, without what was spent and what has run out by
    /// then; whether somebody swept before, makes no difference. What has run out can't be spent.
    #[test]
    fn asked_or_swept_the_same(
        program in idle_program(),
        comings in vec(coming(), 1..5),
        spendings in vec((1_i64..100, 0_i64..40), 0..3),
        sweeps in vec(0_i64..40, 0..4),
        later in 0_i64..30,
    ) {
        let mut events = comings;
        events.extend(sweeps.iter().map(|day| (*day, Event::Sweep)));
        events.extend(spendings.iter().map(|(units, day)| (*day, Event::Spend(*units))));
        events.sort_by_key(|(day, _)| *day);
        let mut till = Till::open(&program);
        let mut model = Vec::new();
        for (number, (day, event)) in events.iter().enumerate() {
            let id = format!("e{number}");
            let accepted = till.submit(&event.document(&id, noon(&program, *day))).is_ok();
            let lots = play(&model, *day).unwrap();
            prop_assert_eq!(accepted, event.is_possible(&lots, *day), "{:?}", event);
            if accepted {
                model.push((*day, event.clone()));
            }
        }
        let day = events.last().unwrap().0 + later;
        let balance = till.accept(&check(&ann(), noon(&program, day))).decision.balance.unwrap();
        prop_assert_eq!(balance.minor(), there(&play(&model, day).unwrap(), day));
    }

    /// R27, Q13: so it is for a day in the past.
    #[test]
    fn the_past_stays_as_it_was(
        program in idle_program(),
        comings in vec(coming(), 1..5),
        spendings in vec((1_i64..100, 0_i64..40), 0..3),
        asked in vec(0_i64..45, 1..5),
    ) {
        let mut events = comings;
        events.extend(spendings.iter().map(|(units, day)| (*day, Event::Spend(*units))));
        events.sort_by_key(|(day, _)| *day);
        let mut till = Till::open(&program);
        let mut model = Vec::new();
        for (number, (day, event)) in events.iter().enumerate() {
            if till.submit(&event.document(&format!("e{number}"), noon(&program, *day))).is_ok() {
                model.push((*day, event.clone()));
            }
        }
        for day in asked {
            let balance = till.accept(&check(&ann(), noon(&program, day))).decision.balance.unwrap();
            prop_assert_eq!(balance.minor(), there(&play(&model, day).unwrap(), day), "on day {}", day);
        }
    }

    /// Q13: units are spent late only if they were there at the document's own time, and are there as
    /// of the latest document.
    #[test]
    fn late_spending_needs_the_units_twice(
        program in idle_program(),
        comings in vec(coming(), 1..5),
        before in (1_i64..100, 30_i64..40),
        late in 0_i64..50,
        units in 1_i64..150,
    ) {
        let mut till = Till::open(&program);
        let mut events = comings;
        events.sort_by_key(|(day, _)| *day);
        let (spent, latest) = before;
        events.push((latest, Event::Spend(spent)));
        for (number, (day, event)) in events.iter().enumerate() {
            if till.submit(&event.document(&format!("e{number}"), noon(&program, *day))).is_err() {
                return Ok(());
            }
        }
        let as_of = |day: i64| there(&play(&events, day).unwrap(), day);
        let is_there = units <= as_of(late).min(as_of(late.max(latest)));
        prop_assert_eq!(till.submit(&redeem("late", &ann(), units, noon(&program, late))).is_ok(), is_there);
    }

    /// R27: the balance as of a day does not depend on the order in which documents came.
    #[test]
    fn the_order_of_arrival_changes_nothing(
        program in idle_program(),
        comings in vec(coming(), 1..5),
        sweeps in vec(0_i64..40, 0..4),
        order in any::<[u8; 8]>(),
        asked in vec(0_i64..45, 1..5),
    ) {
        let mut events = comings;
        events.extend(sweeps.iter().map(|day| (*day, Event::Sweep)));
        let mut till = Till::open(&program);
        for (number, (day, event)) in shuffled(&events, order).iter().enumerate() {
            till.accept(&event.document(&format!("e{number}"), noon(&program, *day)));
        }
        events.sort_by_key(|(day, _)| *day);
        for day in asked {
            let balance = till.accept(&check(&ann(), noon(&program, day))).decision.balance.unwrap();
            prop_assert_eq!(balance.minor(), there(&play(&events, day).unwrap(), day), "on day {}", day);
        }
    }

    /// R27, Q29: nor does it matter whether units come before or after another program was set: how long they
    /// last says the one of their day.
    #[test]
    fn the_program_of_its_day_counts(
        first in idle_program(),
        programs in vec((0_i64..30, proptest::option::of(0_u16..15)), 1..4),
        comings in vec((0_i64..30, 1_i64..100), 1..6),
        early in vec(any::<bool>(), 6),
        asked in vec(0_i64..45, 1..5),
    ) {
        let mut programs = programs;
        programs.sort_by_key(|(day, _)| *day);
        let set: Vec<Document> = programs.iter().zip(2..).map(|((day, lasts), version)| {
            let expiry = lasts.map_or(Expiry::Never, |days| Expiry::Age(Span::Days(days)));
            set_program(version, &Program { expiry, ..first.clone() }, noon(&first, *day))
        }).collect();
        let lasts = |day: i64| programs.iter().rev().find(|(from, _)| *from <= day).and_then(|(_, lasts)| *lasts);
        let mut till = Till::open(&first);
        let (mut late, mut events, mut set) = (Vec::new(), Vec::new(), set.into_iter().peekable());
        let mut comings = comings;
        comings.sort_by_key(|(day, _)| *day);
        for (number, ((day, units), early)) in comings.into_iter().zip(early).enumerate() {
            let coming = import(&format!("e{number}"), &ann(), units, None, noon(&first, day));
            let last_day = lasts(day).map(|lasts| i32::try_from(day).unwrap() + i32::from(lasts));
            events.push((day, Event::Come(units, last_day)));
            while let Some(program) = set.next_if(|program| program.at() <= coming.at()) {
                till.accept(&program);
            }
            match early {
                true => drop(till.accept(&coming)),
                false => late.push(coming),
            }
        }
        set.chain(late).for_each(|document| drop(till.accept(&document)));
        for day in asked {
            let balance = till.accept(&check(&ann(), noon(&first, day))).decision.balance.unwrap();
            prop_assert_eq!(balance.minor(), there(&play(&events, day).unwrap(), day), "on day {}", day);
        }
        prop_assert!(till.verify().is_ok());
    }

    /// R27: after a spending that came late, and wasn't refused, the balance is as if it had come in
    /// time.
    #[test]
    fn late_spending_counts_as_if_in_time(
        program in idle_program(),
        comings in vec(coming(), 1..5),
        units in 1_i64..100,
        late in 0_i64..30,
        asked in vec(0_i64..60, 1..5),
    ) {
        let mut till = Till::open(&program);
        let mut events = comings;
        events.sort_by_key(|(day, _)| *day);
        for (number, (day, event)) in events.iter().enumerate() {
            till.accept(&event.document(&format!("e{number}"), noon(&program, *day)));
        }
        if till.submit(&redeem("late", &ann(), units, noon(&program, late))).is_err() {
            return Ok(());
        }
        let before = events.partition_point(|(day, _)| *day <= late);
        events.insert(before, (late, Event::Spend(units)));
        for day in asked {
            let balance = till.accept(&check(&ann(), noon(&program, day))).decision.balance.unwrap();
            prop_assert_eq!(balance.minor(), there(&play(&events, day).unwrap(), day), "on day {}", day);
        }
    }
}

/// A day, and units that come on it, with their last day.
fn coming() -> impl Strategy<Value = (i64, Event)> {
    let lasts = proptest::option::weighted(0.8, 0_i32..20);
    (1_i64..100, 0_i64..30, lasts).prop_map(|(units, day, lasts)| {
        let last_day = lasts.map(|lasts| i32::try_from(day).unwrap() + lasts);
        (day, Event::Come(units, last_day))
    })
}

fn shuffled(events: &[(i64, Event)], order: [u8; 8]) -> Vec<(i64, Event)> {
    let mut keyed: Vec<(u8, &(i64, Event))> = order.into_iter().cycle().zip(events).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, event)| event.clone()).collect()
}

/// What happens to ann's units.
#[derive(Debug, Clone)]
enum Event {
    /// Units come, with their last day.
    Come(i64, Option<i32>),
    Spend(i64),
    /// What has run out is taken.
    Sweep,
}

impl Event {
    fn document(&self, id: &str, at: Timestamp) -> Document {
        match self {
            Event::Come(units, last_day) => import(id, &ann(), *units, last_day.map(date), at),
            Event::Spend(units) => redeem(id, &ann(), *units, at),
            Event::Sweep => Document::Sweep(header(id, at)),
        }
    }

    fn is_possible(&self, lots: &[(Option<i32>, i64)], day: i64) -> bool {
        match self {
            Event::Spend(units) => *units <= there(lots, day),
            _ => true,
        }
    }
}

/// Noon of a day where the program is at home.
fn noon(program: &Program, day: i64) -> Timestamp {
    let offset = FixedZones.offset(&program.time_zone, on(day)).unwrap();
    at(day * 1440 + 720 - i64::from(offset.minutes()))
}

/// The lots of ann after all that happened up to a day, as last day and units, in the order in
/// which they came; `None` if more was spent than there was.
fn play(events: &[(i64, Event)], until: i64) -> Option<Vec<(Option<i32>, i64)>> {
    let mut lots: Vec<(Option<i32>, i64)> = Vec::new();
    for (day, event) in events.iter().filter(|(day, _)| *day <= until) {
        match event {
            Event::Come(units, last_day) => lots.push((*last_day, *units)),
            Event::Spend(units) => {
                let mut left = *units;
                let mut usable: Vec<&mut (Option<i32>, i64)> =
                    lots.iter_mut().filter(|lot| is_there(lot.0, *day)).collect();
                usable.sort_by_key(|lot| lot.0.unwrap_or(i32::MAX));
                for lot in usable {
                    let taken = left.min(lot.1);
                    lot.1 -= taken;
                    left -= taken;
                }
                if left != 0 {
                    return None;
                }
            }
            Event::Sweep => {}
        }
    }
    Some(lots)
}

/// The sum of the lots that haven't run out.
fn there(lots: &[(Option<i32>, i64)], day: i64) -> i64 {
    lots.iter().filter(|lot| is_there(lot.0, day)).map(|lot| lot.1).sum()
}

fn is_there(last_day: Option<i32>, day: i64) -> bool {
    last_day.is_none_or(|last_day| day <= i64::from(last_day))
}
