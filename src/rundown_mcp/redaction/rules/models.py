"""Keys of model vendors, of the services around them, and of monitoring."""

from __future__ import annotations

from typing import Final

from rundown_mcp.redaction.rules.rule import Rule

MODELS: Final = (
    Rule("anthropic-key", "https://docs.anthropic.com/en/api/overview", ("sk-ant-{w12+}",), never=("sk-ant-{w4}",)),
    Rule(
        "openai-key",
        "https://platform.openai.com/docs/api-reference/authentication",
        ("sk-{proj|svcacct|admin|None|service}-{w20+}", "sk-{a20}T3BlbkFJ{a20}", "sess-{a40}"),
    ),
    Rule(
        "openrouter-key", "https://openrouter.ai/docs/api-reference/authentication", ("sk-or-v1-{h64}", "sk-or-{w20+}")
    ),
    Rule(
        "model-key",
        "form seen in keys of DeepSeek, Stability and other vendors that took over OpenAI's",
        ("sk-{a20+}", "sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}", "sk-litellm-{w8+}"),
    ),
    Rule(
        "huggingface-token",
        "https://huggingface.co/docs/hub/security-tokens",
        ("hf_{a20+}", "api_org_{a30+}", "hf_oauth_{t40+}"),
    ),
    Rule("groq-key", "https://console.groq.com/docs/quickstart", ("gsk_{a20+}",)),
    Rule("replicate-token", "https://replicate.com/docs/topics/security/api-tokens", ("r8_{w20+}",)),
    Rule("perplexity-key", "https://docs.perplexity.ai/", ("pplx-{a20+}",)),
    Rule("xai-key", "https://docs.x.ai/docs/overview", ("xai-{a20+}",)),
    Rule("fireworks-key", "https://docs.fireworks.ai/", ("fw_{a20+}",), never=("fw_{d4}",)),
    Rule("together-key", "https://docs.together.ai/", ("tgp_v1_{w30+}",)),
    Rule("elevenlabs-key", "https://elevenlabs.io/docs/api-reference/authentication", ("sk_{h48}",)),
    Rule("langsmith-key", "https://docs.smith.langchain.com/", ("{lsv2_pt|lsv2_sk}_{h32}_{h10}", "ls__{h32}")),
    Rule("langfuse-key", "https://langfuse.com/docs/api", ("{sk|pk}-lf-{h8}-{h4}-{h4}-{h4}-{h12}",)),
    Rule("pinecone-key", "https://docs.pinecone.io/guides/projects/manage-api-keys", ("pcsk_{v20+}",)),
    Rule("nvidia-key", "https://docs.api.nvidia.com/", ("nvapi-{w20+}",)),
    Rule("voyage-key", "https://docs.voyageai.com/docs/api-key-and-installation", ("pa-{w43}", "al-{w43}")),
    Rule("jina-key", "https://jina.ai/api-dashboard/", ("jina_{w20+}",)),
    Rule("tavily-key", "https://docs.tavily.com/", ("tvly-{w16+}",)),
    Rule("firecrawl-key", "https://docs.firecrawl.dev/", ("fc-{h32}",)),
    Rule("cerebras-key", "https://inference-docs.cerebras.ai/", ("csk-{a30+}",)),
    Rule("code-sandbox-key", "https://e2b.dev/docs", ("e2b_{h40}",)),
    Rule("cartesia-key", "https://docs.cartesia.ai/", ("sk_car_{w16+}",)),
    Rule("llama-key", "https://docs.cloud.llamaindex.ai/", ("llx-{a20+}",)),
    Rule("wandb-key", "https://docs.wandb.ai/", ("wandb_v1_{w40+}",)),
    Rule("helicone-key", "https://docs.helicone.ai/", ("sk-helicone-{w20+}",)),
    Rule("modal-token", "https://modal.com/docs", ("{ak|as}-{a22}",)),
    Rule(
        "newrelic-key",
        "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
        ("NRAK-{U27}", "NRII-{w32}", "NRJS-{h19}", "{NRAA|NRRA|NRIQ|NRSP|NRBR|NRDB}-{w20+}", "{h36}NRAL", "{h30+}NRAL"),
    ),
    Rule(
        "honeycomb-key", "https://docs.honeycomb.io/", ("{hcaik|hcamk|hcxik}_{L26}_{a32}", "{hcaik|hcamk|hcxik}_{a40+}")
    ),
    Rule("posthog-key", "https://posthog.com/docs/api", ("{phx|phs|pha}_{w20+}", "phc_{w30+}")),
    Rule(
        "pagerduty-key",
        "https://developer.pagerduty.com/docs/authentication",
        ("pdus+_{w14+}_{h8}-{h4}-{h4}-{h4}-{h12}", "u+{w18}"),
    ),
    Rule("okta-token", "https://developer.okta.com/docs/guides/create-an-api-token/", ("SSWS 00{w40}",)),
    Rule("workos-key", "https://workos.com/docs/reference", ("client_secret_{a20+}",)),
    Rule(
        "stytch-secret",
        "https://stytch.com/docs/api/authentication",
        ("secret-{live|test}-{w36}=", "secret-{live|test}-{w30+}"),
    ),
    Rule("statsig-key", "https://docs.statsig.com/", ("{secret|console}-{a32+}",)),
    Rule("duckie-key", "https://docs.duckie.ai/api/authentication", ("dk_{live|test|mcp_access}_{w8+}",)),
    Rule("happyrobot-key", "https://docs.happyrobot.ai/", ("hr_{live|test}_{w8+}", "sk_{live|test}_{w8+}")),
    Rule("conduit-key", "https://docs.conduit.ai/", ("capi_{w8+}",), never=("capi_{w3}",)),
    Rule(
        "generic-key",
        "form seen in many younger vendors that copy Stripe's",
        (
            "{v2-12}_{live|test|prod|sandbox}_{sk|key|secret|token}_{w12+}",
            "{sk|secret|apikey|api_key|token|pat}_{a24+}",
            "{apikey|api-key|secretkey|secret-key|token}-{a24+}",
        ),
    ),
)
