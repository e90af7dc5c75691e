//! Customers by what they told.

use core::ffi::c_char;
use std::string::String;
use std::vec::Vec;

use crate::document::Json;
use crate::ffi::capi::asks::{Fields, object, text as json_text};
use crate::ffi::capi::border::text;
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::regulars_register;
use crate::ident::CustomerId;

/// By phone number, however it is written.
pub const REGULARS_BY_PHONE: u32 = 0;
/// By e-mail address, in whatever capitals.
pub const REGULARS_BY_EMAIL: u32 = 1;
/// By the beginnings of words of the name, without accents and capitals: lov ad finds Ada Lovelace.
pub const REGULARS_BY_NAME: u32 = 2;

/// Finds customers by what they told: REGULARS_BY_PHONE, REGULARS_BY_EMAIL or REGULARS_BY_NAME. country is that of phone
/// numbers written without a country's code, such as DE, and may be NULL. Their ids are copied, one a row, twenty at the
/// most.
///
/// Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_SETTING for a country that there isn't, REGULARS_NOT_BUILT without the
/// feature contacts, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs
/// some tens of microseconds, and more after many customers have told something new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_find_contact(
    handle: *mut regulars_register,
    by: u32,
    wanted: *const c_char,
    wanted_length: usize,
    country: *const c_char,
    country_length: usize,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, wanted, country) = unsafe {
            let wanted = text(wanted, wanted_length, "wanted")?;
            (OutText::new(out, capacity, length)?, wanted, text(country, country_length, "country")?)
        };
        let mut rows = String::new();
        for customer in find_contact(till, by, wanted, country)? {
            rows.push_str(customer.as_str());
            rows.push('\n');
        }
        out.write(rows.as_bytes())
    })
}

#[cfg(not(feature = "contacts"))]
fn find_contact(_: &mut Till, _: u32, _: &str, _: &str) -> Result<Vec<CustomerId>, Failure> {
    Err(Failure::not_built("customers by what they told: build with the feature contacts"))
}

#[cfg(feature = "contacts")]
fn find_contact(till: &mut Till, by: u32, wanted: &str, country: &str) -> Result<Vec<CustomerId>, Failure> {
    const MOST: usize = 20;
    let country = match country {
        "" => None,
        country => Some(country.parse().map_err(|error: crate::adapter::sqlite::UnknownCountry| {
            crate::ffi::capi::codes::wrong("country", error)
        })?),
    };
    let contacts = till.register.0.store_mut().contacts(country)?;
    let mut found = match by {
        REGULARS_BY_PHONE => contacts.by_phone(wanted)?,
        REGULARS_BY_EMAIL => contacts.by_email(wanted)?,
        REGULARS_BY_NAME => contacts.by_name(wanted, None, MOST)?.0,
        other => return Err(crate::ffi::capi::border::out_of_range("by", other)),
    };
    found.truncate(MOST);
    Ok(found.into_iter().map(|found| found.customer).collect())
}

/// The same as a question of the JSON door.
pub(super) fn find_json(till: &mut Till, fields: &Fields<'_>) -> Result<String, Failure> {
    fields.only(&["phone", "email", "name", "country"])?;
    let country = fields.text_or_none("country")?.unwrap_or_default();
    let given = [("phone", REGULARS_BY_PHONE), ("email", REGULARS_BY_EMAIL), ("name", REGULARS_BY_NAME)];
    let mut wanted = Vec::new();
    for (name, by) in given {
        wanted.extend(fields.text_or_none(name)?.map(|text| (by, text)));
    }
    let &[(by, wanted)] = &*wanted else {
        return Err(Failure::field("phone", &"one of phone, email and name"));
    };
    let found = find_contact(till, by, wanted, country)?;
    let found = found.iter().map(|customer| json_text(customer.as_str()));
    Ok(object([("customers", Json::List(found.collect()))]))
}
