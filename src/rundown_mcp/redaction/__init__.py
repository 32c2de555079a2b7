"""The gate between text from outside and answers: what a policy lets out, masked and made harmless."""
