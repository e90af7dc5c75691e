/// The bytes that base64 stands for (RFC 4648). What is no digit of it, such as a line end, is nothing.
pub fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0_u32, 0_u32);
    for value in text.chars().filter_map(|c| DIGITS.find(c)) {
        bits = (bits << 6) | u32::try_from(value).unwrap();
        have += 6;
        if 8 <= have {
            have -= 8;
            bytes.push(u8::try_from((bits >> have) & 0xFF).unwrap());
        }
    }
    bytes
}
