"""Print docs/rules.md: `python -m edi.rules > docs/rules.md`."""

from edi.rules.documentation import SECTIONS, render

if __name__ == "__main__":
    print(render(SECTIONS), end="")
