"""Keys of code hosts, package indexes, build services and developers' tools."""

from __future__ import annotations

from typing import Final

from rundown_mcp.redaction.rules.rule import Rule

FORGES: Final = (
    Rule(
        "github-token",
        "https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github",
        ("{ghp|gho|ghu|ghs|ghr}_{a16+}", "github_pat_{v16+}", "ghs_{w36+}.{w40+}.{w40+}"),
        never=("ghp_{a10}",),
    ),
    Rule(
        "gitlab-token",
        "https://docs.gitlab.com/security/tokens/",
        (
            "{glpat|gldt|glrt|glrtr|glcbt|glft|glimt|glsoat|glffct|glagent|gloas|glptt|glwt}-{w16+}",
            "{glpat|glrt}-{w20+}.{L2}.{L7+}",
            "GR1348941{w20}",
            "_gitlab_session={h32}",
        ),
        never=("glpat-{w8}",),
    ),
    Rule(
        "bitbucket-token",
        "https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/",
        ("ATBB{a28+}", "ATCTT3xFfGN0{t50+}", "BBDC-{b40+}"),
    ),
    Rule(
        "atlassian-token",
        "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
        ("ATATT3xFf{w16+}", "ATATT3xFf{w100+}={U8}"),
    ),
    Rule(
        "npm-token",
        "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/",
        ("npm_{a20+}",),
        never=("npm_config_{l12}",),
    ),
    Rule(
        "pypi-token",
        "https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
        ("pypi-AgE{w16+}",),
    ),
    Rule(
        "rubygems-key",
        "https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
        ("rubygems_{h20+}",),
    ),
    Rule("rootly-key", "form seen in Rootly's keys", ("rootly_{h64}",)),
    Rule("spectral-key", "form seen in Spectral's keys", ("spu-{h32}",)),
    Rule("pganalyze-key", "form seen in pganalyze's collector settings", ("pgar_{a27}",)),
    Rule("nuget-key", "https://learn.microsoft.com/nuget/nuget-org/publish-a-package", ("oy2{L43}",)),
    Rule("crates-token", "form seen in Cargo's credentials files", ("cio{a32}",)),
    Rule("clojars-token", "form seen in Clojars' deploy tokens", ("CLOJARS_{L60}", "CLOJARS_{a60}")),
    Rule("docker-token", "https://docs.docker.com/security/for-developers/access-tokens/", ("dckr_{pat|oat}_{w16+}",)),
    Rule(
        "artifactory-token",
        "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
        ("AKCp{a60-73}", "cmVmdGtu{a56}"),
    ),
    Rule(
        "sourcegraph-token",
        "https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token",
        ("sgp_{h40}", "sgp_{x16}_{h40}", "sgp_local_{h40}", "slk_{h64}", "sgd_{h64}"),
    ),
    Rule("circleci-token", "https://circleci.com/docs/managing-api-tokens/", ("{CCIPAT|CCIPRJ}_{a20+}_{h40}",)),
    Rule("buildkite-token", "https://buildkite.com/docs/apis/managing-api-tokens", ("{bkua|bkpat|bkat}_{a20+}",)),
    Rule(
        "sonar-token",
        "https://docs.sonarsource.com/sonarqube/latest/user-guide/user-account/generating-and-using-tokens/",
        ("{squ|sqp|sqa}_{h40}",),
    ),
    Rule(
        "postman-key",
        "https://learning.postman.com/docs/developer/postman-api/authentication/",
        ("PMAK-{x24}-{x34}", "PMAT-{U26}"),
    ),
    Rule("readme-key", "https://docs.readme.com/main/reference/intro/authentication", ("rdme_{L70}",)),
    Rule("figma-token", "https://www.figma.com/developers/api#access-tokens", ("{figd|figo|figor|figu|figur}_{w20+}",)),
    Rule(
        "launchdarkly-key",
        "https://docs.launchdarkly.com/home/account/api",
        ("{api|sdk|mob}-{h8}-{h4}-4{h3}-{h4}-{h12}",),
    ),
    Rule(
        "sentry-token",
        "https://docs.sentry.io/account/auth-tokens/",
        ("sntrys_eyJ{b60+}={b20+}", "sntrys_eyJ{t16+}", "sntryu_{h64}"),
    ),
    Rule(
        "snyk-token",
        "https://docs.snyk.io/enterprise-setup/service-accounts",
        ("snyk_{a8+}_{a20+}", "snyk_{uat|sat}.{h8}.{w20+}"),
    ),
    Rule(
        "asana-token",
        "https://developers.asana.com/docs/personal-access-token",
        ("{0|1|2}/{d10-20}:{h32}", "{1|2}/{d10-20}/{d10-20}:{h32}"),
    ),
    Rule("linear-key", "https://linear.app/developers/graphql", ("lin_api_{a20+}", "lin_oauth_{h64}", "lin_wh_{a32+}")),
    Rule("clickup-token", "https://developer.clickup.com/docs/authentication", ("pk_{d5-10}_{U32}",)),
    Rule("notion-token", "https://developers.notion.com/docs/authorization", ("ntn_{a20+}", "secret_{a43}")),
    Rule("airtable-token", "https://airtable.com/developers/web/guides/personal-access-tokens", ("pat{a14}.{h64}",)),
    Rule("retool-token", "https://docs.retool.com/api", ("retool_{a26+}",)),
    Rule("n-eight-n-key", "https://docs.n8n.io/api/authentication/", ("n8n_api_{t16+}",)),
    Rule("typeform-token", "https://www.typeform.com/developers/get-started/personal-access-token/", ("tfp_{w40-60}",)),
    Rule(
        "contentful-token", "https://www.contentful.com/developers/docs/references/authentication/", ("CFPAT-{w20+}",)
    ),
    Rule("frameio-token", "https://developer.frame.io/docs/getting-started/authentication", ("fio-u-{w64}",)),
    Rule("scalingo-token", "https://developers.scalingo.com/", ("tk-us-{w48}",)),
    Rule("dropbox-token", "https://developers.dropbox.com/oauth-guide", ("sl.{w100+}", "sl.u.{w100+}")),
    Rule(
        "zapier-webhook",
        "https://help.zapier.com/hc/en-us/articles/8496288690317",
        ("https://hooks.zapier.com/hooks/catch/{d4-10}/{a5-12}",),
    ),
    Rule("deno-token", "https://docs.deno.com/deploy/", ("{ddp|ddo|ddw}_{a36}",)),
    Rule("intra-token", "form seen in the secrets of 42's interface", ("s-s4t2{ud|af}-{h64}",)),
    Rule("adafruit-key", "https://io.adafruit.com/api/docs/", ("aio_{a28}",)),
    Rule("prisma-key", "form seen in connection strings of Prisma's proxy", ("prisma_{a40+}",)),
    Rule("trigger-key", "https://trigger.dev/docs/apikeys", ("tr_{dev|prod|stg|pat}_{a20+}",)),
    Rule("inngest-key", "https://www.inngest.com/docs/platform/signing-keys", ("signkey-{prod|test|branch}-{h32+}",)),
    Rule("webhook-secret", "https://www.standardwebhooks.com/", ("whsec_{b24+}", "whsec_{b24+}=", "whsec_{b24+}==")),
)
