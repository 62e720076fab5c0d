//! The schema that examples in tests and on the pages of codes are checked against: the contacts of the streaming example.

use segql::schema::Schema;
use segql::types::Type;

/// Contacts with a field of every type, some of them with closed sets of values.
pub fn schema() -> Schema {
    Schema::builder()
        .key("id")
        .zone("Europe/Brussels")
        .int("id")
        .text("email")
        .text("phone")
        .text("first_name")
        .text("region")
        .values(["BE", "NL", "FR", "DE", "LU"])
        .text("language")
        .values(["nl", "fr", "en", "de"])
        .text("plan")
        .values(["free", "basic", "pro", "team"])
        .bool("consent")
        .list("genres", Type::Text)
        .values(["documentary", "drama", "comedy", "kids", "horror"])
        .list("tags", Type::Text)
        .date("birthday")
        .date("contract_end")
        .time("signup_at")
        .time("last_seen")
        .number("ltv")
        .float("score")
        .int("age")
        .int("visits")
        .duration("watched")
        .build()
        .expect("the fields fit together")
}
