//! What names give away: which tables and columns are about what.

mod events;
mod keys;
mod words;

pub(super) use events::{event_time_place, is_counted_time, is_kind, kind_place, may_be_kind};
pub(super) use keys::{contact_key_place, key_rank};
pub(super) use words::{has_word, is_same, plain, singular, words};

use keys::is_key_of_contacts;
use words::is_word;

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
    "klanten",
    "kunde",
    "kunden",
];

/// Words in names of files that say nothing of what is in them.
const BESIDE: &[&str] = &[
    "all", "data", "export", "extract", "file", "full", "list", "part", "table",
];

/// The words in the name of a file that say what is in it: `contacts-2026-01` and `contacts_export` are contacts.
fn telling_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|word| {
        !word.starts_with(|first: char| first.is_ascii_digit()) && !BESIDE.contains(&word.as_str())
    });
    words
}

/// What all of some names have in common: of `users-be` and `users-nl`, `users`. One name is itself.
pub(super) fn shared_name(names: &[String]) -> String {
    let [first, others @ ..] = names else {
        return String::new();
    };
    if others.is_empty() {
        return first.clone();
    }
    let mut shared = telling_words(first);
    for other in others.iter().map(|other| telling_words(other)) {
        shared.retain(|word| other.contains(word));
    }
    shared.join("_")
}

/// Whether files of these names may be parts of one table: `logins-2025` and `logins-2026`, `customers-be` and `customers-nl`, but not `logins` and `logouts`.
pub(super) fn are_parts(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(telling_words);
    let is_of_contacts = |words: &[String]| words.iter().any(|word| is_of_contacts(word));
    one == other || is_of_contacts(&one) && is_of_contacts(&other)
}

/// How much the name of a table says that it holds the contacts: 0 is most, none is nothing.
pub(super) fn table_rank(name: &str) -> Option<u32> {
    let words = telling_words(name);
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

/// Text that is a person's own, so that its values are no set.
pub(super) fn is_own_text(name: &str) -> bool {
    is_contact_detail(name)
        || has_word(
            name,
            &[
                "name",
                "firstname",
                "lastname",
                "surname",
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

/// Whether a word is one for those whom segments are about, or for their keys.
pub(super) fn is_of_contacts(word: &str) -> bool {
    CONTACTS.iter().any(|wanted| is_word(word, wanted)) || is_key_of_contacts(word)
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
    fn the_table_of_contacts_is_known_by_its_name() {
        for (name, rank) in [
            ("contacts", Some(0)),
            ("Contact", Some(0)),
            ("customers", Some(1)),
            ("people", Some(1)),
            ("Klanten", Some(1)),
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
    fn parts_are_known_by_their_names() {
        for (one, other, expected) in [
            ("logins-2025", "logins-2026", true),
            ("part-1", "2", true),
            ("customers-be", "customers-nl", true),
            ("logins", "logouts", false),
            ("mail_opens", "mail_clicks", false),
            ("part-1", "logins", false),
        ] {
            assert_eq!(are_parts(one, other), expected, "{one} and {other}");
        }
    }
}
