//! What names say of keys: which column tells the rows of a table apart, and which tells whose each is.

use super::CONTACTS;
use super::words::{is_word, words};

/// How much the name of a column says that it is the key: 0 is most, none is nothing.
pub(in crate::discover) fn key_rank(name: &str, table: &str) -> Option<u32> {
    let words = words(name);
    let of_table = |word: &str| {
        let table = self::words(table);
        table.iter().any(|own| is_word(own, word))
    };
    match &words[..] {
        [only] if is_id(only) => Some(0),
        [first, last] if is_id(last) && (CONTACTS.contains(&first.as_str()) || of_table(first)) => {
            Some(0)
        }
        [only] if is_key_of_contacts(only) => Some(0),
        [.., last] if is_id(last) => Some(1),
        [.., last] if is_number(last) => Some(2),
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

pub(super) fn is_id(word: &str) -> bool {
    matches!(word, "id" | "key" | "uuid" | "guid" | "pk")
}

pub(super) fn is_number(word: &str) -> bool {
    matches!(word, "number" | "nummer" | "no" | "nr" | "num" | "code")
}

/// `customerid`, `klantnummer`
pub(super) fn is_key_of_contacts(word: &str) -> bool {
    let mut rest = CONTACTS.iter().filter_map(|what| word.strip_prefix(what));
    rest.any(|rest| is_id(rest) || is_number(rest))
}

/// How much a column says that it holds the key of contacts, as tables of what they did have it: the least is the most telling. `user_id` says more than
/// `shop_user_id`, and that more than `user`.
pub(in crate::discover) fn contact_key_place(name: &str) -> Option<usize> {
    let words = words(name);
    let of = |word: &str| CONTACTS.iter().position(|wanted| *wanted == word);
    let (form, place) = match &words[..] {
        [first, last] if is_id(last) || is_number(last) => (0, of(first)?),
        [.., first, last] if is_id(last) || is_number(last) => (1, of(first)?),
        [only] if is_key_of_contacts(only) => (0, 0),
        [only] => (2, of(only)?),
        _ => return None,
    };
    Some(form * CONTACTS.len() + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_a_row_is_is_known_by_names() {
        let telling = ["contact_id", "userId", "account_nr", "shop_user_id", "user"];
        let places = telling.map(|name| contact_key_place(name).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        for name in ["klantnummer", "customerid", "CustomerID"] {
            assert!(
                contact_key_place(name) < contact_key_place("user"),
                "{name}"
            );
        }
        for name in [
            "id",
            "movieId",
            "user_agent",
            "users_online",
            "email",
            "leading",
            "",
        ] {
            assert_eq!(contact_key_place(name), None, "{name}");
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
            ("klantnummer", Some(0)),
            ("usercode", Some(0)),
            ("artikelnummer", None),
            ("email", Some(3)),
            ("paid", None),
            ("region", None),
        ] {
            assert_eq!(key_rank(name, "sponsors"), rank, "{name}");
        }
    }
}
