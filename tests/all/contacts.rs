//! The schema that examples in tests and on the pages of codes are checked against: the contacts of the streaming example, with
//! a field of every type.

use segql::schema::{Catalogue, Field, GivenArms, KeyList, LeftOut, Schema, SchemaBuilder};
use segql::types::{NumberKind, RecordType, Type};
use std::sync::Arc;

pub fn schema() -> Schema {
    finished(builder())
}

/// The same, where `plan` has a history.
pub fn with_history() -> Schema {
    finished(builder().history("plan", Type::Text))
}

fn builder() -> SchemaBuilder {
    Schema::builder()
        .key("id")
        .zone("Europe/Brussels")
        .int("id")
        .text("email")
        .text("phone")
        .text("first_name")
        .text("region")
        .values(["BE", "NL", "DE", "FR", "LU"])
        .text("language")
        .values(["nl", "fr", "en", "de"])
        .text("plan")
        .values(["free", "basic", "pro", "family"])
        .bool("consent")
        .list("declared_genres", Type::Text)
        .values(["drama", "comedy", "crime", "documentary", "kids", "horror"])
        .list("tags", Type::Text)
        .list("devices", Type::Text)
        .values(["tv", "mobile", "tablet", "desktop", "console"])
        .text("acquisition")
        .text("voucher")
        .date("birthday")
        .date("contract_end")
        .time("signup_at")
        .time("last_seen_at")
        .number("lifetime_value")
        .number("monthly_price")
        .float("score")
        .int("age")
        .int("household_size")
        .int("visits")
        .duration("watched")
        .point("home")
        .records(
            "profiles",
            [
                ("kind", Type::Text),
                ("age", Type::Number(NumberKind::Whole)),
                ("devices", Type::List(Box::new(device()))),
            ],
        )
        .part_values("kind", ["adult", "teen", "kids"])
        .record("address", [("city", Type::Text), ("country", Type::Text)])
        .records(
            "addresses",
            [("country", Type::Text), ("postcode", Type::Text)],
        )
        .map("scores", Type::Number(NumberKind::Float))
        .beginning("signup_at")
        .events(
            "view",
            [
                ("title", Type::Text),
                ("minutes", Type::Number(NumberKind::Whole)),
                ("device", Type::Text),
            ],
        )
        .part_catalogue("title", "titles")
        .events("start", [("title", Type::Text)])
        .part_catalogue("title", "titles")
        .events("finish", [("title", Type::Text)])
        .part_catalogue("title", "titles")
        .events(
            "purchase",
            [
                ("product", Type::Text),
                ("amount", Type::Number(NumberKind::Exact)),
                ("channel", Type::Text),
            ],
        )
        .part_values("channel", ["web", "app", "store"])
        .events("send", [("campaign", Type::Text)])
        .events("open", [("campaign", Type::Text), ("device", Type::Text)])
        .events("click", [("campaign", Type::Text), ("url", Type::Text)])
        .events("launch", [("minutes", Type::Number(NumberKind::Whole))])
        .events("page", [("url", Type::Text)])
        .events::<String>("login", [])
        .catalogue(titles())
        .catalogue(places("stores", "store", &["at"]))
        .catalogue(places("depots", "depot", &["gate", "dock"]))
        .set(
            "genres",
            ["drama", "comedy", "crime", "documentary", "kids", "horror"],
        )
        .key_list(KeyList::of_texts(
            "suppressed",
            ["ann@example.be", "Bob@Example.be"],
        ))
        .key_list(KeyList::of_numbers("vip", [1i64, 7]))
}

fn finished(builder: SchemaBuilder) -> Schema {
    (builder.build())
        .map(|schema| {
            let lists = schema.lists().to_vec();
            let gone = LeftOut {
                name: "gone".into(),
                reason: "lists/gone.csv: there is no such file or folder".into(),
            };
            let catalogues = schema.catalogues().to_vec();
            let studios = LeftOut {
                name: "studios".into(),
                reason: "data/studios.csv: there is no such file or folder".into(),
            };
            let held = LeftOut {
                name: "held".into(),
                reason: "arms/held.csv: there is no such file or folder".into(),
            };
            let kept = GivenArms::of_numbers("kept", [(1001i64, "mail"), (1002, "leter")]);
            let others = GivenArms::of_texts("others", [("ann", "mail")]);
            let arms = vec![kept.expect("one arm each"), others.expect("one arm each")];
            (schema.with_lists(lists, vec![gone]))
                .with_catalogues(catalogues, vec![studios])
                .with_given_arms(arms, vec![held])
        })
        .expect("the fields fit together")
}

fn titles() -> Catalogue {
    let mut studio = Field::new("studio", Type::Text);
    studio.catalogue = Some("studios".into());
    let fields = vec![
        Field::new("title", Type::Text),
        Field::new("kind", Type::Text),
        Field::new("genres", Type::List(Box::new(Type::Text))),
        Field::new("series", Type::Text),
        Field::new("season", Type::Number(NumberKind::Whole)),
        Field::new("kids", Type::Boolean),
        Field::new("released_on", Type::Date),
        studio,
    ];
    Catalogue::new("titles", fields, Some("title"), Vec::new()).expect("the key is a field")
}

fn places(name: &str, key: &str, places: &[&str]) -> Catalogue {
    let mut fields = vec![Field::new(key, Type::Text), Field::new("town", Type::Text)];
    fields.extend(places.iter().map(|place| Field::new(*place, Type::Point)));
    Catalogue::new(name, fields, Some(key), Vec::new()).expect("the key is a field")
}

fn device() -> Type {
    let parts = [("brand", Type::Text), ("bought", Type::Date)];
    Type::Record(Arc::new(RecordType::new(parts)))
}
