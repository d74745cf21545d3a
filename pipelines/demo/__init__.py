"""The demo, which needs no pod: a virtual runner, virtual pods, the real pipeline."""
