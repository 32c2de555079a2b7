"""Clean texts: prose in several languages about agents' work, code, SQL, JSON; none holds anything to mask."""

from __future__ import annotations

from typing import Final

from benchmarks.corpus.item import Half

PROSE: Final = {
    Half.TUNING: {
        "en": (
            "The customer asked for a refund, and the agent looked up the order before answering.",
            "I forgot my password and the reset mail never came.",
            "Your token has expired. Please sign in again.",
            "We charge the card that is on file; the last four digits are not shown.",
            "Call me back between 9:00 and 17:30, please.",
            "The phone number field is required.",
            "Step 12 of 14 took 350 ms, step 13 took 4.2 s and 1,204 tokens.",
            "Room 1204, floor 12, gate B22, seat 14C.",
            "API key rotation happens every 90 days; secrets are stored in the vault.",
            "The key to a good handover is a short summary.",
        ),
        "de": (
            "Der Kunde hat sein Passwort vergessen und wartet seit Montag auf eine Antwort.",
            "Bitte prüfen Sie die Rechnung über 1.249,50 Euro vom 3. November.",
            "Die Telefonnummer fehlt im Formular, das Feld ist Pflicht.",
        ),
        "code": (
            "def total(items: list[int]) -> int:\n    return sum(items)\n",
            "for (let i = 0; i < 10; i++) { console.log(items[i].name); }",
            'if response.status_code == 401:\n    raise Unauthorized("bad token")',
        ),
        "sql": (
            "SELECT id, status FROM runs WHERE created_at >= '2026-11-01' AND status = 'failed' LIMIT 50;",
            "UPDATE orders SET total = 1999, currency = 'EUR' WHERE id = 48213",
        ),
        "json": (
            '{"status":"failed","error":{"code":"timeout","message":"upstream took 30000 ms"},"attempts":3}',
            '{"max_tokens":4096,"temperature":0.2,"token_usage":{"input":1820,"output":342}}',
        ),
        "log": ("2026-11-20T09:14:03.120Z INFO worker[2231]: job 48213 done in 1204ms (retries=0, queue=billing)",),
    },
    Half.HELD_OUT: {
        "en": (
            "Password must be at least 12 characters and hold a digit.",
            "The secret ingredient is patience.",
            "Authorization failed: the bearer token is missing or malformed.",
            "They were born to run; the postcode lottery decides the rest.",
            "Set the Authorization header to Bearer followed by your key.",
            "It cost $1,299.00 in 2024 and $1,399.00 in 2025, up 7.7%.",
            "My number one concern is 24/7 support, not the 50-50 split.",
            "Pick up 3 pallets (1,200 lbs) at dock 14 between 08:00-12:00 on 11/21.",
            "The api_key parameter is required.",
            "password: required, token: optional",
            "The card was declined; ask for another card.",
            "ISO 9001:2015, RFC 9110, EN 60601-1-2, section 4.3.2.1",
            "Truck 5521, trailer 53-102, MC 123456, rate 2,450 flat.",
            "Your session is about to expire, token refresh in 300 seconds.",
        ),
        "fr": (
            "Le client a oublié son mot de passe et n'a pas reçu l'e-mail de réinitialisation.",
            "Montant : 1 249,50 € TTC, livré le 12 novembre entre 8 h et 12 h.",
            "Le numéro de téléphone est obligatoire.",
        ),
        "es": ("La contraseña debe tener ocho caracteres. El pedido salió el 5 de mayo de 2026.",),
        "pt": ("A senha expirou; o cliente vai tentar de novo amanhã às 14:30.",),
        "ja": (
            "パスワードを忘れたお客様から、11月20日に問い合わせがありました。",
            "注文番号を確認してください。合計は12,800円です。",
        ),
        "zh": ("客户忘记了密码,希望在 3 个工作日内收到退款 299.00 元。",),
        "ru": ("Клиент забыл пароль и ждёт ответа с 20 ноября 2026 года.",),
        "ar": ("نسي العميل كلمة المرور وينتظر الرد منذ يوم الاثنين.",),
        "code": (
            "const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);",
            "password = os.environ['DB_PASSWORD']",
            "token = get_token()\nheaders = {'Authorization': f'Bearer {token}'}",
            'curl -H "Authorization: Bearer $API_TOKEN" https://api.example.com/v1/runs',
            "export API_KEY=${API_KEY:?not set}",
            "public static final int MAX_RETRIES = 5; // see JIRA-4821",
        ),
        "sql": ("INSERT INTO steps (run_id, ord, took_ms) VALUES (48213, 7, 1204), (48213, 8, 88);",),
        "json": (
            '{"password":null,"token":"","api_key":false,"hasPassword":true}',
            '{"lat":48.137154,"lon":11.576124,"elev":519.0,"sats":[1,2,3,4,5,6,7,8,9,10,11,12]}',
            '{"tokens":{"prompt":12044,"completion":311},"key_points":["late","cold"],"secretary":"desk 4"}',
        ),
        "yaml": ("retries: 3\ntimeout: 30s\ntoken_limit: 4096\npassword_policy: strong",),
        "traceback": (
            "Traceback (most recent call last):\n  File 'jobs.py', line 212, in run\n    go()\nKeyError: 'name'",
        ),
    },
}
