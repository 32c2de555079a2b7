"""Secrets that something near names, in code, settings, addresses and sentences."""

from __future__ import annotations

import pytest
from tests.redaction.masks import key, masked

from rundown_mcp.redaction.words import is_secret_name

VALUE = "Zx9kQ2mLp0Vt7RbY"
HEX = "3f786850e387550fdab836ed7e6dc881"

ASSIGNED = (
    "password={}",
    "password: {}",
    "PASSWORD='{}'",
    '"userPassword": "{}"',
    "api-key={}",
    "X-Api-Key: {}",
    "DB_PASS={}",
    "client_secret: '{}'",
    "export SECRET_KEY={}",
    "refresh_token={};",
    "Passwort: {}",
    "contraseña: {}",
    "пароль: {}",
    "密码：{}",
    "mot de passe : {}",
    "hasło: {}",
    "şifre={}",
    "secret => {}",
    "token := `{}`",
    "TOKEN ?= {}",
    'put("API_TOKEN", "{}")',
    'setPassword("{}")',
    "<password>{}</password>",
    '{{"name":"api_token","value":"{}"}}',
    "--password {}",
    "--token={}",
    "mysql -u root -p{}",
    "curl -u admin:{} https://a.example",
    "curl -uadmin:{} https://a.example",
    "openssl enc -aes-256-cbc -k {} -in a",
    "openssl rsa -passin pass:{} -in a",
    "keytool -storepass {} -list",
    "sqlcmd -S a -U sa -P {} -Q b",
    "echo '{}' | sudo -S ls",
    "echo {} | docker login --username a --password-stdin",
    "get(a, auth=('b', '{}'))",
    "dbpass={}",
    "jelszó: {}",
    "PHPSESSID={}",
    "userPwd={}",
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    "https://a.example/x?access_token={}&page=2",
    "https://user:{}@a.example/x",
    "postgres://user:{}@db.example:5432/x",
    "Server=a;Password={};Database=b",
    "https://a.example/x?X-Amz-Signature={}",
)
SAID = (
    "the password is {}",
    "my password is {}!",
    "das Passwort lautet {}",
    "la contraseña es {}",
    "le mot de passe est {}",
    "use {} as the password",
    "{} is my password",
    "my API key is {} please",
    "here is the token: {}",
    "the PIN ({})",
    "пароль — {}",
    "密码是{}",
    "パスワードは {} です",
    "password {}",
    "the secret `{}` was rotated",
    "pw: {}",
    "adgangskoden er {}",
    "passordet er {}",
    "mật khẩu là {}",
    "kata sandi saya {}",
    "the network key {} for guests",
    "Pass {}",
    "the new PASS is {}",
    "login with password {}: failed",
    "CREATE USER a IDENTIFIED BY '{}'",
)
HARMLESS = (
    "the password is incorrect",
    "password: required",
    "token expired",
    "invalid API key",
    "reset your password at once",
    "password_reset_url=https://a.example/reset",
    "max_tokens=4000",
    "token_usage: 1820",
    "next_page_token=abc",
    "password=${DB_PASSWORD}",
    "token: {{ token }}",
    "password: ********",
    "secret_name: billing",
    "the key point is clear",
    "token for run ar77c0dy0mgdpzmqz6tesry8w184002s expired",
    "press any key to continue",
    "author: Tolkien",
    "primary key: 42",
    "token limit exceeded: 8192 > 4096",
    "password attempts: 12",
    "CREATE TABLE t (password varchar(255), token VARCHAR(64))",
    "curl -u $USER:$PASS https://a.example",
    "docker login -p $TOKEN",
    "Authorization: Bearer token required",
    "openssl enc -aes-256-cbc -in a",
    "echo done | tee log",
    "bypass=1",
    "The order was identified by ORD-4512-AB",
    "error identified by customer_id_77",
    "Authorization: required for this resource",
    "Authorization: see https://docs.example/authorization-of-calls",
    "token: [REDACTED]",
    "X-Api-Key: YOUR_API_KEY",
    'api_key=os.getenv("OPENAI_API_KEY")',
    "token = await auth.getToken()",
    "PASS tests/test_auth.py::test_login_with_password[wrong]",
    "3 suites\n  PASS src/login_v2.test.ts",
    "API key for request 550e8400-e29b-41d4-a716-446655440000 was refused",
)


@pytest.mark.parametrize("text", ASSIGNED)
@pytest.mark.parametrize("value", [VALUE, HEX, "s3cret!pass"])
def test_an_assigned_secret_is_masked_and_what_assigns_it_stays(text: str, value: str) -> None:
    before, after = text.format("\0").split("\0")
    shown = masked(text.format(value))
    assert value not in shown
    assert shown.startswith(before.rstrip("\"'`"))
    assert shown.endswith(after)
    assert "[secret:" in shown


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("value", [VALUE, HEX, "hunter22"])
def test_a_secret_that_a_sentence_tells_is_masked(text: str, value: str) -> None:
    shown = masked(text.format(value))
    assert value not in shown
    assert "[secret:value]" in shown


@pytest.mark.parametrize("text", HARMLESS)
def test_words_about_secrets_are_none(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "userPassword",
        "user-password",
        "USER_PASSWORD",
        "x-api-key",
        "AccessToken",
        "apikey",
        "client_secret",
        "DB_PASS",
        "password2",
        "secretAccessKey",
        "token",
        "authKey",
        "apikey_prod_eu",
        "secret_key_base",
        "mot_de_passe",
        "motDePasse",
        "backupCodes",
        "door_code",
    ],
)
def test_a_secret_name_is_known_however_it_is_written(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "token_count",
        "max_tokens",
        "passwordResetUrl",
        "secret_name",
        "public_key",
        "key",
        "id",
        "primaryKey",
        "page_token",
        "monkey",
        "",
        "tokenizer",
        "api_key_id",
        "x" * 200,
    ],
)
def test_a_name_about_a_secret_is_no_secret_name(name: str) -> None:
    assert not is_secret_name(name)


def test_a_private_key_is_masked_to_its_end_on_one_line_and_cut_off() -> None:
    body = "MIIE" + "Ab1+/" * 30
    begin, end = ("-----" + word + " RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    for text in (f"{begin}\n{body}\n{body}\n{end}", f"{begin}\\n{body}\\n{end}", f"{begin}\n{body}\n{body}"):
        shown = masked(f"see {text}")
        assert shown == "see [secret:private-key]"


def test_a_signed_token_is_masked_whole() -> None:
    token = ".".join(("ey" + "JhbGciOiJIUzI1NiJ9", "ey" + "JzdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w5N"))
    assert masked(f"got {token}, ok") == "got [secret:jwt], ok"


def test_a_long_random_word_is_masked_without_any_word_near() -> None:
    assert masked("I saw aG9vZ3K2mX8pQ1vR7tY4wZ6nB5cD0eFh/Jk+Lq== there") == "I saw [secret:value] there"


def test_two_keys_in_a_row_are_two_secrets() -> None:
    first, second = key("github-token"), key("stripe-key")
    assert masked(f"{first} {second}") == "[secret:github-token] [secret:stripe-key]"


@pytest.mark.parametrize("behind", ["password:\n\n    {}\n", "Temporary password:\r\n\r\n{}\r\nPlease"])
def test_a_secret_below_a_blank_line_is_masked_where_it_is_no_word(behind: str) -> None:
    assert masked(behind.format("s3cret!pass")) == behind.format("[secret:value]")
    assert masked(behind.format("Forgotten")) == behind.format("Forgotten")


def test_tokens_of_no_told_kind_are_masked_where_they_could_be_keys() -> None:
    assert masked(f"tokens: {HEX}") == "tokens: [secret:value]"
    for kept in (f"next_page_token: {HEX}", "tokens: 4096", "tokens: prompt, completion"):
        assert masked(kept) == kept


@pytest.mark.parametrize("scheme", ["Splunk", "Klaviyo-API-Key", "DPoP", "Bot", "api_key", "HMAC-SHA256"])
def test_behind_authorization_the_key_is_masked_whatever_its_scheme_is_called(scheme: str) -> None:
    shown = masked(f'curl -H "Authorization: {scheme} {HEX}" https://a.example').replace("token", "value")
    assert shown == f'curl -H "Authorization: {scheme} [secret:value]" https://a.example'


@pytest.mark.parametrize(
    "pairs",
    [
        f'username="anna", realm="r", response="{HEX}"',
        f'id="x", ts="1", mac="{HEX}"',
        f"Credential=x/20261120/s3, SignedHeaders=host, Signature={HEX}",
    ],
)
def test_behind_authorization_pairs_are_masked_to_the_last(pairs: str) -> None:
    assert masked(f"Authorization: Digest {pairs}\nAccept: a") == "Authorization: Digest [secret:value]\nAccept: a"


@pytest.mark.parametrize(
    "text", ["Password for user dana is {}", "password for portal.example.io: {}", "the password of this account is {}"]
)
def test_a_password_is_masked_though_a_word_for_an_id_stands_before_it(text: str) -> None:
    assert masked(text.format("s3cret!Pass")) == text.format("[secret:value]")
    assert masked("the password for user 4471 is 4472-x") == "the password for user 4471 is 4472-x"


def test_a_password_in_sql_is_masked_whatever_its_case() -> None:
    assert masked("alter user a identified by 'hunter22!'") == "alter user a identified by '[secret:value]'"
    with_plugin = "CREATE USER a IDENTIFIED WITH caching_sha2_password BY '{}';"
    assert masked(with_plugin.format("hunter22!")) == with_plugin.format("[secret:value]")


def test_why_a_payment_was_not_authorised_stays() -> None:
    assert masked("authorization: declined code=51 reason=funds").endswith(" code=51 reason=funds")


def test_a_secret_that_a_list_holds_below_its_name_is_masked() -> None:
    assert masked("password:\n- s3cret!pass\n") == "password:\n- [secret:value]\n"
