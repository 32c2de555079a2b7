"""Keys of clouds, hosts and the tools that run them."""

from __future__ import annotations

from typing import Final

from rundown_mcp.redaction.rules.rule import Rule

CLOUDS: Final = (
    Rule(
        "aws-key",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        ("{AKIA|ASIA|ABIA|ACCA}{U16+}",),
        never=("AIDA{U17}", "AROA{U17}", "akia{L16}"),
    ),
    Rule(
        "aws-key",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
        ("ABSK{b100+}", "bedrock-api-key-{b20+}"),
    ),
    Rule("google-key", "https://cloud.google.com/docs/authentication/api-keys", ("AIza{w30+}",), never=("AIza{w20}",)),
    Rule(
        "google-token",
        "https://developers.google.com/identity/protocols/oauth2",
        ("ya29.{w20+}", "1//0{w30+}", "GOCSPX-{w20+}"),
    ),
    Rule("azure-secret", "https://learn.microsoft.com/azure/active-directory/develop/", ("{a3}{d1}Q~{t31-34}",)),
    Rule("azure-key", "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage", ("{b86}==",)),
    Rule(
        "azure-key",
        "https://learn.microsoft.com/purview/sit-defn-azure-devops-personal-access-token",
        (
            "{a76}AZDO{a4}",
            "{b42}AzSe{a6}",
            "{b42}+ACR{a6}",
            "{a44}AzFu{b6}==",
            "{b37}AIoT{a5}=",
            "{b33}+A{S|E|R}bC{b5}=",
        ),
    ),
    Rule("azure-key", "form seen in keys of Azure's AI services", ("{a52}JQQJ99{a20+}",)),
    Rule(
        "digitalocean-token",
        "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
        ("{dop|doo|dor}_v1_{h20+}",),
    ),
    Rule(
        "cloudflare-key",
        "https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/",
        ("v1.0-{h24}-{h146}",),
    ),
    Rule(
        "cloudflare-token",
        "https://developers.cloudflare.com/fundamentals/api/get-started/create-token/",
        ("{cfk|cfut|cfat}_{a40+}",),
    ),
    Rule("heroku-key", "https://devcenter.heroku.com/articles/authentication", ("HRKU-{w36+}",)),
    Rule("alibaba-key", "https://www.alibabacloud.com/help/en/ram/", ("LTAI{a12-24}",)),
    Rule("tencent-key", "https://cloud.tencent.com/document/product/598/40487", ("AKID{a32}",)),
    Rule(
        "yandex-key",
        "https://yandex.cloud/en/docs/iam/concepts/authorization/api-key",
        ("AQVN{w35-38}", "y0_{w50+}", "t1.{w20+}.{w80+}"),
    ),
    Rule("scaleway-key", "https://www.scaleway.com/en/docs/identity-and-access-management/iam/", ("SCW{U17}",)),
    Rule("fly-token", "https://fly.io/docs/security/tokens/", ("fo1_{w43}", "{fm1a|fm1r|fm2}_{b80+}")),
    Rule("netlify-token", "https://docs.netlify.com/api/get-started/", ("{nfp|nfc|nfo|nfu}_{a36+}",)),
    Rule(
        "vercel-token",
        "https://vercel.com/docs/rest-api",
        ("{vcp|vci|vca|vcr|vck}_{a24+}", "vercel_blob_rw_{a16}_{a30+}"),
    ),
    Rule("render-key", "https://render.com/docs/api", ("rnd_{a28+}",)),
    Rule(
        "supabase-key",
        "https://supabase.com/docs/guides/api/api-keys",
        ("{sbp_|sbp_v0_|sbp_oauth_}{h20+}", "sb_secret_{w20+}"),
    ),
    Rule(
        "planetscale-token", "https://planetscale.com/docs/concepts/service-tokens", ("pscale_{tkn|pw|oauth}_{t16+}",)
    ),
    Rule("neon-key", "https://neon.tech/docs/manage/api-keys", ("napi_{L20+}",)),
    Rule(
        "databricks-token",
        "https://docs.databricks.com/dev-tools/auth/pat.html",
        ("dapi{h32+}", "dapi{h32}-{d1}", "dose{h32}"),
    ),
    Rule(
        "doppler-token",
        "https://docs.doppler.com/docs/service-tokens",
        ("dp.{pt|ct|sa|scim|audit}.{a40-44}", "dp.st.{a40-44}", "dp.st.{l2-12}.{a40-44}"),
    ),
    Rule("vault-token", "https://developer.hashicorp.com/vault/docs/concepts/tokens", ("{hvs|hvb|hvr}.{w16+}",)),
    Rule(
        "terraform-token",
        "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
        ("{a14}.atlasv1.{w60+}",),
    ),
    Rule("pulumi-token", "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/", ("pul-{h20+}",)),
    Rule(
        "onepassword-token",
        "https://developer.1password.com/docs/service-accounts/",
        ("ops_eyJ{w80+}", "A3-{U6}-{U11}-{U5}-{U5}-{U5}", "A3-{U6}-{U6}-{U5}-{U5}-{U5}-{U5}"),
    ),
    Rule("age-key", "https://age-encryption.org/v1", ("AGE-SECRET-KEY-1{U58}",)),
    Rule(
        "grafana-token",
        "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
        ("glsa_{a16+}_{x8}", "glc_{b32+}", "eyJrIjoi{b40+}"),
    ),
    Rule(
        "dynatrace-token",
        "https://docs.dynatrace.com/docs/manage/access-control/access-tokens",
        ("dt0c01.{U24}.{U64}", "dt0s{d2}.{U6+}.{U40+}"),
    ),
    Rule(
        "tailscale-key",
        "https://tailscale.com/kb/1085/auth-keys",
        ("tskey-{auth|api|client|scim|webhook}-{a8+}-{a16+}",),
    ),
    Rule("infracost-key", "https://www.infracost.io/docs/", ("ico-{a32}",)),
    Rule("prefect-key", "https://docs.prefect.io/", ("{pnu|pnb}_{a36}",)),
    Rule("clickhouse-key", "https://clickhouse.com/docs/cloud/manage/openapi", ("4b1d{a38}",)),
    Rule("defined-token", "https://docs.defined.net/", ("dnkey-{w26}-{w52}",)),
    Rule(
        "harness-token",
        "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/",
        ("{pat|sat}.{w22}.{h24}.{a20}",),
    ),
    Rule("octopus-key", "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key", ("API-{U26}",)),
    Rule("openshift-token", "https://docs.openshift.com/", ("sha256~{w43}",)),
    Rule("flyctl-token", "form seen in Fly.io's deploy tokens", ("FlyV1 {b80+}",)),
    Rule("oracle-key", "form seen in Aiven's and Oracle's documents", ("AVNS_{w16+}", "ocid1.credential.{t20+}")),
    Rule("cloudinary-url", "https://cloudinary.com/documentation/", ("cloudinary://{d12-18}:{w20+}@{w2+}",)),
)
