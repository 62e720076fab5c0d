//! SegQL inside a program that sees one contact at a time, such as a website that decides what to show.
//!
//! ```sh
//! cargo run --example embed_contact
//! ```

use segql::contact::Contact;
use segql::types::Type;
use segql::{Engine, Now, Schema};
use std::error::Error;
use std::time::{Duration, SystemTime};

const SEGMENTS: &str = r#"
segment welcome "Show the welcome tour" = signup_at in last 7 days
segment upsell "Offer the family plan" = plan != "family" AND household_size >= 3
segment documentary "Put documentaries first" = genres has any of ("documentary", "arthouse")
"#;

pub fn main() -> Result<(), Box<dyn Error>> {
    // There is no data to see the schema from: the host says what a contact has.
    let schema = Schema::builder()
        .key("id")
        .zone("Europe/Brussels")
        .int("id")
        .text("plan")
        .values(["free", "basic", "pro", "family"])
        .int("household_size")
        .list("genres", Type::Text)
        .time("signup_at")
        .build()?;
    let program = Engine::new(schema).compile("site.seg", SEGMENTS)?;

    // Ready for one contact after the other; cheap to clone, and to make again for another instant.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_338_000);
    let matcher = program.matcher(Now::from(now));

    let mut ann = Contact::new(program.schema());
    ann.set("id", 1)?;
    ann.set("plan", "pro")?;
    ann.set("household_size", 4)?;
    ann.set("genres", ["crime", "documentary"])?;
    // What is not set is missing: nobody knows when Ann signed up, so no window holds it.

    let members = matcher.matches(&ann);
    for (place, segment) in program.segments().iter().enumerate() {
        let answer = if members.contains(place) { "yes" } else { "no" };
        println!(
            "{}: {answer}",
            segment.title.as_deref().unwrap_or(&segment.name)
        );
    }

    // A value that does not fit its field is refused when it is set, and never guesses.
    if let Err(error) = ann.set("household_size", "four") {
        println!("\n{error}");
    }
    Ok(())
}
