"""What a token's driver says, as a person can use it: what happened, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pkcs11


class UserTokenError(Exception):
    """Something about the token; the text says what to do."""

    exit_status = 3


_WRONG = (
    "The PIN of the token is wrong. Careful: the token locks after a few wrong tries.\n"
    "トークンのPINが違います。続けて誤るとトークンがロックされます。"
)
_LOCKED = (
    "The token is locked after too many wrong PINs. Nothing can be done here; call the help desk.\n"
    "PINを続けて誤ったため、トークンがロックされています。ヘルプデスクへご連絡ください。"
)
_NO_PIN = (
    "The token has no PIN yet. Set one with the maker's program, then try again.\n"
    "トークンにPINが設定されていません。トークンの付属ソフトウェアで設定してから、やり直してください。"
)
_FULL = (
    "The token is full. Delete objects that are no longer needed with the maker's program (not your certificates), then "
    "run the command again.\n"
    "トークンの空き容量がありません。付属ソフトウェアで不要なデータ（お使いの証明書以外）を削除してから、もう一度実行してください。"
)
_GONE = (
    "The token was taken out or does not answer. Insert it and run the command again; what was begun is taken up.\n"
    "トークンが抜かれたか、応答していません。挿してもう一度実行すると、続きから行います。"
)
_READ_ONLY = (
    "The token is write-protected. Insert the eToken that was sent with the letter.\n"
    "トークンに書き込めません。通知書とともにお送りしたeTokenを挿してください。"
)
_UNABLE = (
    "This token cannot make such a key. Insert the eToken that was sent with the letter, or choose another --key.\n"
    "このトークンではこの種類の鍵を作成できません。お送りしたeTokenを挿すか、--key で別の種類を指定してください。"
)
_SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((pkcs11.PinIncorrect, pkcs11.exceptions.PinInvalid, pkcs11.exceptions.PinLenRange), _WRONG),
    ((pkcs11.PinLocked,), _LOCKED),
    ((pkcs11.exceptions.UserPinNotInitialized, pkcs11.exceptions.PinExpired), _NO_PIN),
    ((pkcs11.exceptions.DeviceMemory,), _FULL),
    ((pkcs11.exceptions.TokenWriteProtected, pkcs11.exceptions.SessionReadOnly), _READ_ONLY),
    (
        (
            pkcs11.exceptions.MechanismInvalid,
            pkcs11.exceptions.MechanismParamInvalid,
            pkcs11.exceptions.KeySizeRange,
            pkcs11.exceptions.DomainParamsInvalid,
        ),
        _UNABLE,
    ),
    (
        (
            pkcs11.exceptions.DeviceRemoved,
            pkcs11.exceptions.DeviceError,
            pkcs11.exceptions.TokenNotPresent,
            pkcs11.exceptions.NoSuchToken,
            pkcs11.exceptions.SessionHandleInvalid,
            pkcs11.exceptions.SessionClosed,
            pkcs11.exceptions.ObjectHandleInvalid,
            pkcs11.exceptions.GeneralError,
            pkcs11.exceptions.SlotIDInvalid,
            pkcs11.exceptions.UserNotLoggedIn,
        ),
        _GONE,
    ),
)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the driver says within the block into a UserTokenError."""
    try:
        yield
    except pkcs11.exceptions.PKCS11Error as error:
        raise UserTokenError(sentence_for(error)) from error


def sentence_for(error: Exception) -> str:
    """What to tell, in both languages."""
    for kinds, sentence in _SENTENCES:
        if isinstance(error, kinds):
            return sentence
    name = type(error).__name__
    return (
        f"The token refused ({name}). Take it out, insert it again and run the command once more.\n"
        f"トークンがエラーを返しました（{name}）。抜き挿ししてから、もう一度実行してください。"
    )
