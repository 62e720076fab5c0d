//! What the contacts did: what they watched, the mails they were sent and what became of them, what they bought, what they asked the service desk.
//!
//! Each contact has dice of their own, so that a change in one moves no other. Nothing is later than the contact was last seen, nor earlier than they
//! signed up; mails are sent to whoever consented, seen or not.

use super::titles::Title;
use super::{Contact, Dice, before, local, minute};
use arrow_array::builder::{
    Decimal128Builder, Int8Builder, Int16Builder, Int64Builder, StringDictionaryBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::types::Int16Type;
use arrow_array::{ArrayRef, RecordBatch};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::sync::Arc;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// How far back what was watched is kept, in days.
const KEPT: i64 = 450;

/// Contacts that have gone and whose events were left: their keys begin here.
const GONE: i64 = 90_001;

/// One event. What a kind of events does not have is missing.
#[derive(Clone, Default)]
struct Event {
    kind: &'static str,
    contact: i64,
    at: i64,
    title: Option<usize>,
    device: Option<&'static str>,
    minutes: Option<i16>,
    stars: Option<i8>,
    campaign: Option<&'static str>,
    channel: Option<&'static str>,
    product: Option<&'static str>,
    amount: Option<i128>,
}

/// A mailing: its name, the day it went out, whom it was for, and to how many of a hundred of these it went.
type Mailing = (&'static str, Date, fn(&Contact) -> bool, i64);

fn mailings() -> Vec<Mailing> {
    fn everybody(_: &Contact) -> bool {
        true
    }
    fn free(contact: &Contact) -> bool {
        contact.plan == "free"
    }
    fn paying(contact: &Contact) -> bool {
        contact.plan != "free"
    }
    fn likes_documentaries(contact: &Contact) -> bool {
        (contact.declared_genres.iter().flatten()).any(|genre| *genre == "documentary")
    }
    fn families(contact: &Contact) -> bool {
        contact.household_size >= Some(3)
    }
    vec![
        ("autumn-25", date(2025, 10, 6), everybody, 40),
        ("year-in-view", date(2025, 12, 18), paying, 70),
        ("try-pro", date(2026, 1, 27), free, 55),
        (
            "documentary-week",
            date(2026, 3, 10),
            likes_documentaries,
            90,
        ),
        ("spring-26", date(2026, 4, 2), everybody, 45),
        ("family-plan", date(2026, 5, 12), families, 70),
        ("summer-26", date(2026, 6, 25), everybody, 50),
        ("back-to-school", date(2026, 8, 27), families, 60),
        ("autumn-26", date(2026, 10, 1), everybody, 55),
        (
            "documentary-nights",
            date(2026, 10, 22),
            likes_documentaries,
            85,
        ),
        ("black-friday", date(2026, 11, 19), everybody, 35),
    ]
}

/// The events, in the order in which they happened.
pub fn events(contacts: &[Contact], titles: &[Title]) -> RecordBatch {
    let mailings = mailings();
    let mut events = Vec::new();
    for (place, contact) in contacts.iter().enumerate() {
        let id = 100_001 + place as i64;
        let mut dice = Dice(7_000_000_000 + id as u64);
        watched(&mut dice, id, contact, titles, &mut events);
        mailed(&mut dice, id, contact, titles, &mailings, &mut events);
        bought(&mut dice, id, contact, &mut events);
    }
    for id in GONE..GONE + 12 {
        let mut dice = Dice(7_000_000_000 + id as u64);
        let at = now() - dice.below(KEPT) * DAY;
        let event = Event {
            kind: "launch",
            contact: id,
            at: at / SECOND * SECOND,
            device: Some("mobile"),
            ..Event::default()
        };
        events.push(event.clone());
        let later = Event {
            kind: "view",
            at: event.at + 20 * SECOND,
            title: Some(dice.skewed(titles.len() as i64) as usize),
            ..event
        };
        events.push(later);
    }
    events.sort_by_key(|event| event.at);
    columns(&events, titles)
}

fn now() -> i64 {
    local(date(2026, 11, 22), 10 * 60, 0)
}

/// A time of day as people watch, so many days before an instant and not after it.
fn around(dice: &mut Dice, instant: i64, back: i64) -> i64 {
    let zone = TimeZone::get("Europe/Brussels").expect("a zone of every database");
    let instant_there = jiff::Timestamp::from_microsecond(instant).expect("a time of our time");
    let day = instant_there.to_zoned(zone).date();
    let day = day.saturating_sub(jiff::Span::new().days(back));
    before(instant, local(day, minute(dice), dice.below(60)))
}

fn watched(dice: &mut Dice, id: i64, contact: &Contact, titles: &[Title], events: &mut Vec<Event>) {
    let end = match contact.last_seen_at {
        Some(seen) => seen,
        // Somebody whose last visit was lost may have come all the same.
        None if dice.chance(40) => now() - (1 + dice.skewed(200)) * DAY,
        None => return,
    };
    let begin = contact
        .signup_at
        .max(end.min(now() - KEPT * DAY / 3) - KEPT * DAY);
    let span = ((end - begin) / DAY).max(0);
    // Few watch much and most watch little.
    let liking = contact.score.map_or(20, |score| score as i64);
    let most = 2 + liking * liking / 480;
    let sessions = 1 + dice.skewed(most).min(span);
    let habit = habit(dice, contact, titles);
    for session in 0..sessions {
        let at = match session {
            0 => end - (3 + dice.below(150)) * MINUTE,
            _ => {
                let back = 1 + dice.skewed(span);
                around(dice, end, back)
            }
        };
        let device = match &contact.devices[..] {
            [] => dice.weighted(&[("mobile", 60), ("desktop", 40)]),
            devices => dice.pick(devices),
        };
        let mut happened = |kind, at: i64, title, minutes, stars| {
            let device = (kind != "rate").then_some(device);
            if (begin..=end).contains(&at) {
                events.push(Event {
                    kind,
                    contact: id,
                    at: at / SECOND * SECOND,
                    title,
                    device,
                    minutes,
                    stars,
                    ..Event::default()
                });
            }
        };
        happened("launch", at, None, None, None);
        let mut at = at + (5 + dice.below(60)) * SECOND;
        for _ in 0..1 + dice.skewed(3) {
            let title = habit.pick(dice, titles);
            happened("view", at, Some(title), None, None);
            at += (10 + dice.below(90)) * SECOND;
            if !dice.chance(62) {
                continue;
            }
            happened("start", at, Some(title), None, None);
            let length = titles[title].minutes;
            let pause = match dice.below(100) {
                0..=67 => dice.skewed(20) * MINUTE,
                // Watched to the end on another day.
                68..=79 => (1 + dice.skewed(12)) * DAY + dice.below(600) * MINUTE,
                _ => {
                    at += dice.below(30) * MINUTE;
                    continue;
                }
            };
            at += length * MINUTE + pause;
            // Some devices do not say how long it was on.
            let minutes =
                (!dice.chance(6)).then_some((length + pause.min(DAY) / MINUTE % 20) as i16);
            happened("finish", at, Some(title), minutes, None);
            if dice.chance(14) {
                let stars = dice.weighted(&[(5, 34), (4, 31), (3, 17), (2, 8), (1, 7), (0, 3)]);
                let stars = (stars > 0).then_some(stars);
                happened("rate", at + 30 * SECOND, Some(title), None, stars);
            }
            if at > end {
                break;
            }
        }
    }
}

/// What a contact comes back to: two genres, and one series, of which the next episode is the likeliest.
struct Habit {
    genres: Vec<&'static str>,
    series: Option<usize>,
    total: i64,
}

fn habit(dice: &mut Dice, contact: &Contact, titles: &[Title]) -> Habit {
    let mut genres: Vec<&'static str> = contact.declared_genres.clone().unwrap_or_default();
    while genres.len() < 2 {
        genres.push(dice.weighted(&super::GENRES));
    }
    let total = titles.iter().map(|title| title.weight).sum();
    let first = titles.iter().position(|title| title.series.is_some());
    let series = first.map(|first| first + dice.skewed((titles.len() - first) as i64) as usize);
    Habit {
        genres,
        series: series.filter(|_| dice.chance(70)),
        total,
    }
}

impl Habit {
    fn pick(&self, dice: &mut Dice, titles: &[Title]) -> usize {
        if let Some(series) = self.series
            && dice.chance(30)
        {
            return (series + dice.skewed(6) as usize).min(titles.len() - 1);
        }
        // What nobody of them likes is left out more often than not.
        loop {
            let mut draw = dice.below(self.total);
            let place = titles.iter().position(|title| {
                draw -= title.weight;
                draw < 0
            });
            let place = place.unwrap_or(0);
            let genres = titles[place].genres.iter().flatten();
            let is_liked = genres.into_iter().any(|genre| self.genres.contains(genre));
            if is_liked || dice.chance(35) {
                return place;
            }
        }
    }
}

fn mailed(
    dice: &mut Dice,
    id: i64,
    contact: &Contact,
    titles: &[Title],
    mailings: &[Mailing],
    events: &mut Vec<Event>,
) {
    if contact.consent != Some(true) || contact.email.is_none() {
        return;
    }
    for (campaign, day, is_for, percent) in mailings {
        let sent = local(*day, 9 * 60 + dice.below(90), dice.below(60));
        if sent < contact.signup_at || sent > now() || !is_for(contact) || !dice.chance(*percent) {
            continue;
        }
        let by_push = contact.devices.contains(&"mobile") && dice.chance(22);
        let event = Event {
            kind: "send",
            contact: id,
            at: sent,
            campaign: Some(campaign),
            channel: Some(if by_push { "push" } else { "mail" }),
            ..Event::default()
        };
        events.push(event.clone());
        let liking = contact.score.map_or(30, |score| score as i64);
        if !dice.chance(18 + liking / 2) {
            continue;
        }
        let opened = Event {
            kind: "open",
            at: sent + (1 + dice.skewed(2_600)) * MINUTE + dice.below(60) * SECOND,
            // A reader of mail does not always say what it runs on.
            device: dice.weighted(&[
                (Some("mobile"), 52),
                (Some("desktop"), 27),
                (Some("tablet"), 9),
                (None, 12),
            ]),
            ..event
        };
        if opened.at > now() {
            continue;
        }
        events.push(opened.clone());
        if dice.chance(26) {
            let clicked = Event {
                kind: "click",
                at: opened.at + (8 + dice.skewed(600)) * SECOND,
                title: dice
                    .chance(70)
                    .then(|| dice.skewed(titles.len() as i64) as usize),
                ..opened
            };
            if clicked.at <= now() {
                events.push(clicked.clone());
                if dice.chance(9) {
                    let at = clicked.at + (1 + dice.skewed(7_000)) * MINUTE;
                    let channel = Some("web");
                    let kind = "purchase";
                    let (product, amount) = product(dice);
                    if at <= now() {
                        events.push(Event {
                            kind,
                            at,
                            channel,
                            product,
                            amount,
                            title: None,
                            device: None,
                            ..clicked
                        });
                    }
                }
            }
        }
    }
}

fn product(dice: &mut Dice) -> (Option<&'static str>, Option<i128>) {
    let (product, amount) = dice.weighted(&[
        (("rental", 399), 46),
        (("rental", 499), 24),
        (("film", 999), 14),
        (("season", 1_499), 8),
        (("gift card", 2_500), 6),
        (("gift card", 5_000), 2),
    ]);
    (Some(product), Some(amount))
}

fn bought(dice: &mut Dice, id: i64, contact: &Contact, events: &mut Vec<Event>) {
    let willing = if contact.plan == "free" { 7 } else { 17 };
    if !dice.chance(willing) {
        return;
    }
    let span = ((now() - contact.signup_at) / DAY).min(KEPT);
    for _ in 0..1 + dice.skewed(6) {
        let back = dice.skewed(span + 1);
        let at = around(dice, now(), back);
        if at < contact.signup_at {
            continue;
        }
        let (product, amount) = product(dice);
        events.push(Event {
            kind: "purchase",
            contact: id,
            at,
            channel: dice.weighted(&[
                (Some("app"), 44),
                (Some("web"), 38),
                (Some("tv"), 14),
                (None, 4),
            ]),
            product,
            amount,
            ..Event::default()
        });
    }
}

fn columns(events: &[Event], titles: &[Title]) -> RecordBatch {
    let all = || events.iter();
    let words = |of: &dyn Fn(&Event) -> Option<&'static str>| {
        let mut column = StringDictionaryBuilder::<Int16Type>::new();
        all().for_each(|event| column.append_option(of(event)));
        Arc::new(column.finish()) as ArrayRef
    };
    let mut title = StringDictionaryBuilder::<Int16Type>::new();
    for event in events {
        title.append_option(event.title.map(|title| titles[title].id.as_str()));
    }
    let mut contact = Int64Builder::new();
    all().for_each(|event| contact.append_value(event.contact));
    let mut at = TimestampMicrosecondBuilder::new();
    all().for_each(|event| at.append_value(event.at));
    let mut minutes = Int16Builder::new();
    all().for_each(|event| minutes.append_option(event.minutes));
    let mut stars = Int8Builder::new();
    all().for_each(|event| stars.append_option(event.stars));
    let mut amount = Decimal128Builder::new();
    all().for_each(|event| amount.append_option(event.amount));
    let amount = amount.finish().with_precision_and_scale(7, 2);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("event", words(&|event| Some(event.kind))),
        ("contact", Arc::new(contact.finish())),
        ("at", Arc::new(at.finish().with_timezone("UTC"))),
        ("title", Arc::new(title.finish())),
        ("device", words(&|event| event.device)),
        ("minutes", Arc::new(minutes.finish())),
        ("stars", Arc::new(stars.finish())),
        ("campaign", words(&|event| event.campaign)),
        ("channel", words(&|event| event.channel)),
        ("product", words(&|event| event.product)),
        ("amount", Arc::new(amount.expect("cents have two places"))),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

const TOPICS: [(&str, i64); 6] = [
    ("payment", 30),
    ("playback", 27),
    ("sign-in", 18),
    ("contract", 12),
    ("content", 9),
    ("other", 4),
];

/// What the service desk was asked, as its tool exports it: CSV, in the order of the tickets.
pub fn tickets(contacts: &[Contact]) -> String {
    let mut dice = Dice(20_261_125);
    let mut tickets: Vec<(i64, String)> = Vec::new();
    for (place, contact) in contacts.iter().enumerate() {
        let complains = contact.tags.contains(&"complaint");
        if !dice.chance(if complains { 95 } else { 4 }) {
            continue;
        }
        for _ in 0..1 + dice.skewed(if complains { 4 } else { 2 }) {
            let span = ((now() - contact.signup_at) / DAY).clamp(1, KEPT);
            let back = dice.below(span);
            let opened = around(&mut dice, now(), back);
            if opened < contact.signup_at {
                continue;
            }
            let topic = dice.weighted(&TOPICS);
            let hours = dice.skewed(96);
            let mark =
                dice.weighted(&[("", 55), ("5", 16), ("4", 12), ("3", 6), ("2", 4), ("1", 7)]);
            let instant = jiff::Timestamp::from_microsecond(opened).expect("a time of our time");
            let line = format!("{},{instant},{topic},{hours},{mark}", 100_001 + place);
            tickets.push((opened, line));
        }
    }
    tickets.sort();
    let mut text = String::from("contact,opened_at,topic,hours_open,mark\n");
    for (_, line) in tickets {
        let _ = writeln!(text, "{line}");
    }
    text
}
