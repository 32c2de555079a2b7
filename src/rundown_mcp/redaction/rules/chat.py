"""Keys of chat, e-mail, telephony and marketing services."""

from __future__ import annotations

from typing import Final

from rundown_mcp.redaction.rules.rule import Rule

CHAT: Final = (
    Rule(
        "slack-token",
        "https://api.slack.com/concepts/token-types",
        (
            "{xoxb|xoxp|xoxa|xoxo|xoxr|xoxs|xoxe|xoxc|xoxd}-{w10+}",
            "xoxe.{xoxb|xoxp}-{d1}-{w20+}",
            "xapp-{d1}-{w10+}",
            "xwfp-{w10+}",
            "xoxd-{a10+}%{a2}{t20+}",
        ),
        never=("xoxb-{w3}",),
    ),
    Rule(
        "slack-webhook",
        "https://api.slack.com/messaging/webhooks",
        (
            "hooks.slack.com/services/T{U6-14}/B{U6-14}/{a18-32}",
            "hooks.slack.com/{workflows|triggers}/T{U6-14}/{U6-24}/{d10-24}/{a18-40}",
            "hooks.slack.com/{workflows|triggers}/{U6-14}/{d10-24}/{a18-40}",
        ),
    ),
    Rule(
        "discord-token",
        "https://discord.com/developers/docs/reference#authentication",
        ("{M|N|O}{w23-27}.{w6}.{w27-40}", "mfa.{w84}"),
    ),
    Rule(
        "discord-webhook", "https://discord.com/developers/docs/resources/webhook", ("/api/webhooks/{d15-21}/{w50+}",)
    ),
    Rule(
        "telegram-token",
        "https://core.telegram.org/bots/api#authorizing-your-bot",
        ("{d8-10}:AA{w33}", "bot{d8-10}:AA{w33}"),
    ),
    Rule(
        "teams-webhook",
        "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
        (".webhook.office.com/webhookb2/{t30+}@{t30+}/IncomingWebhook/{h32}/{t30+}",),
    ),
    Rule(
        "google-chat-webhook",
        "https://developers.google.com/workspace/chat/quickstart/webhooks",
        ("chat.googleapis.com/v1/spaces/{w6+}/messages?key={w20+}&token={t20+}",),
    ),
    Rule("matrix-token", "https://spec.matrix.org/latest/client-server-api/", ("syt_{b4+}_{a20}_{a6}",)),
    Rule("twilio-key", "https://www.twilio.com/docs/iam/api-keys", ("SK{h32}",), never=("AC{h32}", "SK{h31}")),
    Rule(
        "sendgrid-key",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
        ("SG.{w16-32}.{w8+}",),
    ),
    Rule(
        "mailgun-key",
        "https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth",
        ("key-{h32}", "pubkey-{h32}", "{h32}-{h8}-{h8}"),
    ),
    Rule(
        "mailchimp-key", "https://mailchimp.com/developer/marketing/guides/quick-start/", ("{h32}-us{d1-2}", "md-{w22}")
    ),
    Rule(
        "brevo-key",
        "https://developers.brevo.com/docs/getting-started",
        ("xkeysib-{w20+}", "xsmtpsib-{w20+}"),
    ),
    Rule("resend-key", "https://resend.com/docs/api-reference/introduction", ("re_{a8}_{a20+}",)),
    Rule("klaviyo-key", "https://developers.klaviyo.com/en/docs/authenticate_", ("pk_{h34}",)),
    Rule("telnyx-key", "https://developers.telnyx.com/docs/overview", ("KEY{U32}_{a22}",)),
    Rule(
        "intercom-token",
        "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
        ("dG9rO{a40+}=", "dG9rO{a40+}"),
    ),
    Rule("courier-key", "https://www.courier.com/docs/", ("pk_{prod|test}_{U28}", "dk_{prod|test}_{U28}")),
    Rule(
        "facebook-token",
        "https://developers.facebook.com/docs/facebook-login/guides/access-tokens",
        ("EAA{a80+}", "{d13-17}|{w27}", "IGQ{w80+}"),
    ),
    Rule(
        "twitter-token",
        "https://developer.x.com/en/docs/authentication/oauth-2-0/bearer-tokens",
        ("AAAAAAAAAAAAAAAAAAAA{a50+}", "AAAAAAAAAAAAAAAAAAAA{a10+}%{a20+}", "{d10-20}-{a40}"),
    ),
    Rule(
        "linkedin-token",
        "https://learn.microsoft.com/linkedin/shared/authentication/",
        ("AQ{U1}{w100+}", "WPL_AP{d1}.{a14+}"),
    ),
    Rule("twitch-token", "https://dev.twitch.tv/docs/authentication/", ("oauth:{L30}",)),
    Rule(
        "hubspot-token",
        "https://developers.hubspot.com/docs/api/private-apps",
        ("pat-{na|eu|ap}{d1}-{x8}-{x4}-{x4}-{x4}-{x12}",),
    ),
    Rule("mapbox-token", "https://docs.mapbox.com/accounts/guides/tokens/", ("{sk|pk|tk}.eyJ{w40+}.{w18+}",)),
    Rule("messagebird-key", "form seen in public configurations of MessageBird", ("AccessKey {a25}",)),
    Rule(
        "salesforce-token",
        "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_tokens_scopes.htm",
        ("00D{a12}!{t60+}", "00D{a15}!{t60+}", "5Aep861{t50+}"),
    ),
)
