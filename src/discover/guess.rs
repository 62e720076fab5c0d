//! What names give away: which tables and columns are about what.

/// The words of a name in lower case: `CustomerId`, `customer_id` and `customer-ID` are `customer` and `id`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins = before.is_lowercase() && c.is_uppercase();
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        match words.last_mut() {
            Some(word) if before != ' ' && !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        before = c;
    }
    words
}

/// Whether one of the words is one of these, or one of these and an `s`.
pub(super) fn has_word(name: &str, wanted: &[&str]) -> bool {
    words(name)
        .iter()
        .any(|word| wanted.iter().any(|wanted| is_word(word, wanted)))
}

fn is_word(word: &str, wanted: &str) -> bool {
    word == wanted || word.strip_suffix('s') == Some(wanted)
}

/// What people call those whom segments are about.
const CONTACTS: &[&str] = &[
    "contact",
    "customer",
    "user",
    "member",
    "client",
    "subscriber",
    "person",
    "people",
    "profile",
    "household",
    "donor",
    "visitor",
    "lead",
    "guest",
    "patient",
    "student",
    "buyer",
    "reader",
    "account",
    "klant",
    "kunde",
];

/// Words in names of files that say nothing of what is in them.
const BESIDE: &[&str] = &[
    "all", "data", "export", "extract", "file", "full", "list", "part", "table",
];

/// How much the name of a table says that it holds the contacts: 0 is most, none is nothing.
pub(super) fn table_rank(name: &str) -> Option<u32> {
    let mut words = words(name);
    // `contacts-2026-01` and `contacts_export` are contacts.
    words.retain(|word| {
        !word.starts_with(|first: char| first.is_ascii_digit()) && !BESIDE.contains(&word.as_str())
    });
    let [.., last] = &words[..] else {
        return None;
    };
    if words.len() == 1 && is_word(last, "contact") {
        Some(0)
    } else if words.len() == 1 && CONTACTS.iter().any(|wanted| is_word(last, wanted)) {
        Some(1)
    } else if CONTACTS.iter().any(|wanted| is_word(last, wanted)) {
        Some(2)
    } else {
        None
    }
}

/// How much the name of a column says that it is the key: 0 is most, none is nothing.
pub(super) fn key_rank(name: &str, table: &str) -> Option<u32> {
    let words = words(name);
    let is_id = |word: &str| matches!(word, "id" | "key" | "uuid" | "guid" | "pk");
    let of_table = |word: &str| {
        let table = self::words(table);
        table.iter().any(|own| is_word(own, word))
    };
    match &words[..] {
        [only] if is_id(only) => Some(0),
        [first, last] if is_id(last) && (CONTACTS.contains(&first.as_str()) || of_table(first)) => {
            Some(0)
        }
        [only]
            if CONTACTS
                .iter()
                .any(|what| is_id(only.strip_prefix(what).unwrap_or(""))) =>
        {
            Some(0)
        }
        [.., last] if is_id(last) => Some(1),
        [.., last] if matches!(last.as_str(), "number" | "no" | "nr" | "num" | "code") => Some(2),
        [only] if only.ends_with("id") && only.len() > 4 => Some(2),
        words
            if words
                .iter()
                .any(|word| matches!(word.as_str(), "email" | "mail" | "login" | "username")) =>
        {
            Some(3)
        }
        _ => None,
    }
}

/// Text that is a person's own, so that its values are no set.
pub(super) fn is_own_text(name: &str) -> bool {
    has_word(
        name,
        &[
            "name",
            "firstname",
            "lastname",
            "surname",
            "email",
            "mail",
            "phone",
            "mobile",
            "telephone",
            "tel",
            "street",
            "address",
            "note",
            "comment",
            "remark",
            "url",
            "iban",
            "id",
            "uuid",
            "title",
            "description",
            "postcode",
            "city",
            "town",
            "voucher",
            "coupon",
            "zip",
        ],
    )
}

/// A way to reach a contact.
pub(super) fn is_contact_detail(name: &str) -> bool {
    has_word(
        name,
        &[
            "email",
            "mail",
            "phone",
            "mobile",
            "telephone",
            "tel",
            "gsm",
            "cell",
        ],
    )
}

/// A contact's yes to being written to.
pub(super) fn is_consent(name: &str) -> bool {
    has_word(
        name,
        &[
            "consent",
            "optin",
            "opt",
            "subscribed",
            "newsletter",
            "permission",
            "gdpr",
            "marketing",
        ],
    )
}

pub(super) fn is_birth(name: &str) -> bool {
    has_word(name, &["birth", "birthday", "birthdate", "born", "dob"])
}

/// The least is the most telling; a name without any of these comes last.
fn place(name: &str, wanted: &[&str]) -> usize {
    let words = words(name);
    let of = |word: &String| wanted.iter().position(|wanted| is_word(word, wanted));
    words.iter().filter_map(of).min().unwrap_or(wanted.len())
}

/// How well a field shares contacts out.
pub(super) fn group_place(name: &str) -> usize {
    place(
        name,
        &[
            "region", "country", "state", "province", "area", "zone", "city", "plan", "contract",
            "segment", "tier", "status", "type", "category", "channel", "gender",
        ],
    )
}

/// How much a time says of what a contact did.
pub(super) fn time_place(name: &str) -> usize {
    place(
        name,
        &[
            "last",
            "seen",
            "active",
            "login",
            "purchase",
            "order",
            "signup",
            "joined",
            "registered",
            "created",
            "first",
            "since",
            "start",
        ],
    )
}

/// Whether two words are the same, or one is the other with an `s`.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    is_word(one, other) || is_word(other, one) || singular_word(one) == singular_word(other)
}

/// Whether a word is one for those whom segments are about.
pub(super) fn is_of_contacts(word: &str) -> bool {
    CONTACTS.iter().any(|wanted| is_word(word, wanted))
}

/// A name for a table: its words.
pub(super) fn plain(name: &str) -> String {
    let words = words(name);
    if words.is_empty() {
        "table".into()
    } else {
        words.join("_")
    }
}

/// What one row of a table is called: `logins` holds a `login`, `web-activities` a `web_activity`.
pub(super) fn singular(name: &str) -> String {
    let mut words = words(name);
    // `logins-2026-01` holds logins.
    while words.len() > 1
        && words
            .last()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()))
    {
        words.pop();
    }
    if let Some(last) = words.last_mut() {
        *last = singular_word(last);
    }
    if words.is_empty() {
        "event".into()
    } else {
        words.join("_")
    }
}

fn singular_word(word: &str) -> String {
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 2 => format!("{stem}y"),
        (_, Some(stem)) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// How much a time says of when something happened.
pub(super) fn event_time_place(name: &str) -> usize {
    place(
        name,
        &[
            "time",
            "timestamp",
            "occurred",
            "happened",
            "at",
            "when",
            "datetime",
            "event",
            "date",
            "created",
            "ts",
            "start",
            "started",
            "opened",
            "sent",
        ],
    )
}

/// How much the name of a column says that it tells kinds of events apart.
pub(super) fn kind_place(name: &str) -> usize {
    place(
        name,
        &["event", "action", "activity", "kind", "type", "verb"],
    )
}

/// Whether a column is called as what tells kinds of events apart, and nothing else.
pub(super) fn is_kind(name: &str) -> bool {
    let words = words(name);
    let is = |word: &String, wanted: &[&str]| wanted.contains(&word.as_str());
    match &words[..] {
        [only] => is(only, &["event", "action", "activity", "kind", "verb"]),
        [first, last] => {
            is(first, &["event", "action", "activity"]) && is(last, &["type", "name", "kind"])
        }
        _ => false,
    }
}

/// How much a number says of what a contact is worth.
pub(super) fn number_place(name: &str) -> usize {
    place(
        name,
        &[
            "ltv", "clv", "lifetime", "value", "revenue", "spend", "spent", "amount", "total",
            "monetary", "balance", "charge", "score", "order", "income", "tenure", "age",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        for (name, expected) in [
            ("CustomerId", vec!["customer", "id"]),
            ("customer-ID", vec!["customer", "id"]),
            ("LAST_SEEN_AT", vec!["last", "seen", "at"]),
            ("e-mail", vec!["e", "mail"]),
            ("Höhe 2", vec!["höhe", "2"]),
            ("", vec![]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn a_row_is_called_as_one_of_many() {
        for (name, expected) in [
            ("logins", "login"),
            ("web-activities", "web_activity"),
            ("PageViews", "page_view"),
            ("purchases", "purchase"),
            ("logins-2026-01", "login"),
            ("status", "status"),
            ("news", "new"),
            ("gas", "gas"),
            ("", "event"),
        ] {
            assert_eq!(singular(name), expected, "{name}");
        }
        assert!(is_same("activities", "activity"));
        assert!(is_same("title", "titles"));
        assert!(!is_same("title", "title_id"));
    }

    #[test]
    fn the_table_of_contacts_is_known_by_its_name() {
        for (name, rank) in [
            ("contacts", Some(0)),
            ("Contact", Some(0)),
            ("customers", Some(1)),
            ("people", Some(1)),
            ("contacts-2026-01", Some(0)),
            ("export_customers_2", Some(1)),
            ("part-1", None),
            ("crm_customers", Some(2)),
            ("customer_events", None),
            ("orders", None),
            ("", None),
        ] {
            assert_eq!(table_rank(name), rank, "{name}");
        }
    }

    #[test]
    fn keys_are_known_by_their_names() {
        for (name, rank) in [
            ("id", Some(0)),
            ("ID", Some(0)),
            ("contact_id", Some(0)),
            ("customerID", Some(0)),
            ("customerid", Some(0)),
            ("sponsor_id", Some(0)),
            ("order_id", Some(1)),
            ("customer_number", Some(2)),
            ("email", Some(3)),
            ("paid", None),
            ("region", None),
        ] {
            assert_eq!(key_rank(name, "sponsors"), rank, "{name}");
        }
    }
}
