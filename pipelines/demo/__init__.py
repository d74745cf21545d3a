"""The embedded default that needs no pod: a virtual runner, virtual pods, the real pipeline."""
