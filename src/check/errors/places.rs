//! Places and distances: E033x, E0410.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Measure;
use crate::types::{Type, Unit};

/// `signup_at in last 3 m`
pub(in crate::check) fn distance_for_a_time(measure: &Measure, text: &str) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0330"),
        format!("`{text}` is a distance, and a length of time is due here"),
        measure.span,
        "this says how far, not how long",
    );
    match measure.unit {
        Unit::Metres => fault.help("`m` is metres. Minutes and months are written out: `3 minutes`, `3 months`."),
        _ => fault.help("Lengths of time are written in seconds, minutes, hours, days, weeks, calendar days, months, quarters and years."),
    }
}

/// `home = point(50.85, 4.35)`
pub(in crate::check) fn points_compared(
    left: &str,
    right: &str,
    is_equality: bool,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0331"),
        "points are not compared with each other",
        span,
        if is_equality {
            "two measured places are hardly ever the same to the last digit"
        } else {
            "places have no order"
        },
    );
    fault.help(format!(
        "Ask how far they are apart: `distance({left}, {right}) <= 100 m`."
    ))
}

/// `home between … and …`
pub(in crate::check) fn points_in_order(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0331"),
        "points have no order",
        span,
        "this is a point",
    )
    .help("Ask how far it is from a place: `distance(home, point(50.85, 4.35)) <= 25 km`.")
}

/// What is wrong with a written place.
pub(in crate::check) enum OffTheGlobe {
    Latitude,
    Longitude,
    /// It would be right the other way round.
    TurnedRound,
}

/// `point(95, 4.35)`
pub(in crate::check) fn off_the_globe(
    fault: &OffTheGlobe,
    latitude: (&str, Span),
    longitude: (&str, Span),
    call: Span,
) -> Diagnostic {
    let (span, label) = match fault {
        OffTheGlobe::Latitude | OffTheGlobe::TurnedRound => {
            (latitude.1, "a latitude lies between -90 and 90")
        }
        OffTheGlobe::Longitude => (longitude.1, "a longitude lies between -180 and 180"),
    };
    let told = Diagnostic::error(
        Code("E0410"),
        "there is no such place on the globe",
        span,
        label,
    );
    match fault {
        OffTheGlobe::TurnedRound => {
            let ours = format!("point({}, {})", longitude.0, latitude.0);
            told.help("The latitude stands first: degrees north, then degrees east.").fix(
                format!("write `{ours}`"),
                call,
                ours,
            )
        }
        OffTheGlobe::Latitude | OffTheGlobe::Longitude => {
            told.help("A place is written `point(50.85, 4.35)`: degrees north (south below 0), then degrees east (west below 0).")
        }
    }
}

pub(in crate::check) fn too_far(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is further than anything on the globe"),
        span,
        "distances are written up to 1,000,000 km",
    )
}

pub(in crate::check) fn finer_than_micrometres(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is no whole number of micrometres"),
        span,
        "distances are counted in micrometres",
    )
}

/// `distance(home, 50.85, 4.35)`
pub(in crate::check) fn place_in_numbers(degrees: &str, span: Span) -> Diagnostic {
    let ours = format!("point({degrees})");
    Diagnostic::error(
        Code("E0205"),
        "`distance` takes two places",
        span,
        "degrees north and degrees east make one place",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// `nearest(home)`
pub(in crate::check) fn form_of_nearest(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0378"),
        "`nearest` takes a catalogue and a place",
        span,
        "something else is given",
    )
    .help("Write as in `nearest(stores, home).store`.")
}

/// `nearest(home, stores)`
pub(in crate::check) fn nearest_of_no_catalogue(
    text: &str,
    catalogues: &[&str],
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0378"),
        "`nearest` takes a catalogue first",
        span,
        format!("`{text}` is none"),
    );
    match catalogues {
        [] => fault.help("The manifest names no catalogues: they stand under `[catalogues.…]`."),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            fault.help(format!(
                "There are {}. Write as in `nearest(stores, home).store`.",
                names.join(", ")
            ))
        }
    }
}

/// A catalogue whose records have no key.
pub(in crate::check) fn nearest_without_key(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0378"),
        format!("the records of `{text}` have no key to tell them by"),
        span,
        "needs a key",
    )
    .help("Name the field that tells them apart in the manifest, as `key`.")
}

/// A catalogue without a point.
pub(in crate::check) fn nearest_without_place(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0378"),
        format!("the records of `{text}` have no place"),
        span,
        "none of their fields is a point",
    )
    .help("A field of two numbers called latitude and longitude is a point; the manifest can put two columns together as one.")
}

/// A catalogue with several points.
pub(in crate::check) fn nearest_by_which(text: &str, places: &[&str], span: Span) -> Diagnostic {
    let listed: Vec<String> = places.iter().map(|place| format!("`{place}`")).collect();
    let fault = Diagnostic::error(
        Code("E0378"),
        format!("which place of `{text}` is meant"),
        span,
        match listed.as_slice() {
            [] => "none of their fields is a point".to_owned(),
            [only] => format!("their place is {only}"),
            several => format!("they have {}", several.join(" and ")),
        },
    );
    match places {
        [] => fault,
        [first, ..] => fault.help(format!(
            "Say so as in `nearest({text}, home, by ({first}))`."
        )),
    }
}

/// `nearest(stores, region)`
pub(in crate::check) fn nearest_to_no_place(text: &str, is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0378"),
        "what is nearest is asked of a place",
        span,
        format!("`{text}` is {}", is.described()),
    )
    .help("A place is a field of two numbers, latitude and longitude, or written `point(50.85, 4.35)`.")
}
