"""The paper's published figures, as data, and the rule that says when one of our rows reproduces one of theirs."""
