"""What a reader sees: tables, figures, and the paper's rows beside ours."""
