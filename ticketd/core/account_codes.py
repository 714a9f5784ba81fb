"""Mails that prove to some service that whoever reads them owns an address (D7: "ticket trick").

Somebody opens an account elsewhere with an address of ours, and reads the code by way of a ticket.
"""

import re

from ticketd.core.text import fold

_CODES = (
    # English
    "verification code", "confirmation code", "security code", "login code", "sign-in code", "access code",
    "one-time code", "one-time password", "one time passcode", "single-use code",
    "verify your email", "verify your e-mail",
    "verify your account", "verify your address", "confirm your email", "confirm your e-mail", "confirm your account",
    "activate your account", "reset your password", "password reset", "2-step verification", "two-factor",
    # Thai
    "รหัสยืนยัน", "รหัสตรวจสอบ", "รหัสผ่านแบบใช้ครั้งเดียว", "รหัส otp", "ยืนยันอีเมล", "ยืนยันบัญชี", "รีเซ็ตรหัสผ่าน",
    # Vietnamese
    "mã xác minh", "mã xác nhận", "mã xác thực", "mã otp", "xác minh email", "xác nhận email", "xác minh tài khoản",
    "kích hoạt tài khoản", "đặt lại mật khẩu",
    # German, French, Spanish
    "bestätigungscode", "verifizierungscode", "sicherheitscode", "e-mail-adresse bestätigen", "code de vérification",
    "code de confirmation", "confirmez votre adresse", "código de verificación", "código de confirmación",
    "verifica tu correo", "confirma tu correo",
)  # fmt: skip
_FOLDED = tuple(dict.fromkeys(map(fold, _CODES)))
_CODE = re.compile(
    r"(?<![\w-])(?:[0-9]{4,8}|[0-9]{3}[ -][0-9]{3}|[A-Z0-9]{3,4}-[A-Z0-9]{3,4}|[A-Z]-[0-9]{5,8})(?![\w-])"
)
_LINK = re.compile(r"https?://\S{20}")
_LOOKED_AT = 4000


def has_account_code(subject: str, text: str) -> bool:
    """Whether a mail speaks of verifying an account, and holds the code or the link to do it with.

    In doubt yes: then it causes one mail less to somebody outside, and agents see all of it.
    """
    head = text[:_LOOKED_AT]
    said = fold(f"{subject[:300]}\n{head}")
    if not any(words in said for words in _FOLDED):
        return False
    return bool(_CODE.search(f"{subject[:300]}\n{head}") or _LINK.search(head))
