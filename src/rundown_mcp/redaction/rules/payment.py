"""Keys of payment, commerce and logistics services."""

from __future__ import annotations

from typing import Final

from rundown_mcp.redaction.rules.rule import Rule

PAYMENT: Final = (
    Rule(
        "stripe-key",
        "https://docs.stripe.com/keys",
        ("{sk|rk|pk}_{live|test|prod}_{a10+}", "sk_org_{live|test}_{a10+}", "mk_{live|test}_{a10+}"),
        never=("ch_{a24}", "pi_{a24}", "cus_{a14}", "req_{a14}", "sk_{l4}"),
    ),
    Rule(
        "square-token",
        "https://developer.squareup.com/docs/build-basics/access-tokens",
        ("EAAA{w60}", "{sq0atp|sq0csp|sq0idp}-{w22+}"),
    ),
    Rule(
        "braintree-token",
        "https://developer.paypal.com/braintree/articles/control-panel/important-gateway-credentials",
        ("access_token${production|sandbox}${L16}${h32}",),
    ),
    Rule("paypal-key", "https://developer.paypal.com/api/rest/", ("A21AA{w80+}",)),
    Rule(
        "adyen-key",
        "https://docs.adyen.com/development-resources/api-credentials/",
        ("AQE{w10+}.{w10+}", "AQE{b40+}-{b20+}=-{w8+}", "AQE{b40+}"),
    ),
    Rule("razorpay-key", "https://razorpay.com/docs/api/authentication/", ("rzp_{live|test}_{a14+}",)),
    Rule("mollie-key", "https://docs.mollie.com/reference/authentication", ("{live|test}_{a30+}", "access_{a30+}")),
    Rule("gocardless-token", "https://developer.gocardless.com/api-reference/", ("{live|sandbox}_{w40}",)),
    Rule(
        "plaid-token",
        "https://plaid.com/docs/api/tokens/",
        ("{access|public|link}-{sandbox|development|production}-{h8}-{h4}-{h4}-{h4}-{h12}",),
    ),
    Rule(
        "flutterwave-key",
        "https://developer.flutterwave.com/docs/authentication",
        ("{FLWSECK|FLWPUBK}-{a32}-X", "{FLWSECK_TEST|FLWPUBK_TEST}-{a32}-X", "{FLWSECK_TEST|FLWSECK}-{a12}"),
    ),
    Rule(
        "paddle-key",
        "https://developer.paddle.com/api-reference/about/api-keys",
        ("pdl_{live|sdbx}_apikey_{L26}_{a22}_{a3}", "pdl_ntfset_{L26}_{b32}"),
    ),
    Rule(
        "checkout-key",
        "https://www.checkout.com/docs/developer-resources/api/manage-api-keys",
        ("sk_sbox_{L26}", "sk_sbox_{L26}{a1}", "sk_{L26}{a1}"),
    ),
    Rule("sumup-key", "https://developer.sumup.com/", ("sup_sk_{a20+}",)),
    Rule(
        "shopify-token",
        "https://shopify.dev/docs/apps/build/authentication-authorization",
        ("{shpat|shpss|shpca|shppa|shptka|shpua}_{x16+}",),
    ),
    Rule(
        "amazon-mws-token",
        "https://developer-docs.amazon.com/sp-api/",
        ("amzn.mws.{h8}-{h4}-{h4}-{h4}-{h12}", "Atza|{b40+}", "Atzr|{b40+}", "amzn1.oa2-cs.v1.{h64}"),
    ),
    Rule("easypost-key", "https://docs.easypost.com/docs/authentication", ("{EZAK|EZTK}{a54}",)),
    Rule(
        "shippo-token", "https://docs.goshippo.com/docs/guides_general/authentication/", ("shippo_{live|test}_{h16+}",)
    ),
    Rule(
        "duffel-token",
        "https://duffel.com/docs/api/overview/making-requests/authentication",
        ("duffel_{live|test}_{w20+}",),
    ),
    Rule("lob-key", "https://docs.lob.com/", ("{live|test}_{h35}", "{live|test}_pub_{h31}")),
    Rule("coinbase-key", "https://docs.cdp.coinbase.com/", ("cb_{live|test}_{a20+}",)),
    Rule("polar-token", "https://docs.polar.sh/", ("polar_{oat|pat}_{w30+}",)),
    Rule(
        "stripe-client-secret",
        "https://docs.stripe.com/api/ephemeral_keys",
        ("ek_{live|test}_{a20+}", "{seti|pi}_{a24}_secret_{a20+}", "cs_{live|test}_{a40+}_secret_{a20+}"),
    ),
)
