"""Where the packaged program begins: itself, or the part whose file name is its first argument."""

from __future__ import annotations

import sys

from agent import program


def main() -> int:
    program.set_apart()
    if sys.platform != "win32" and sys.argv[1:2] == ["guardian.py"]:
        from agent import guardian

        guardian.main()
        return 0
    if sys.platform != "win32" and sys.argv[1:2] == ["files/child.py"]:
        from agent.files import child

        return child.serve(sys.argv[2])
    if sys.platform == "win32" and sys.argv[1:2] == ["system/windows/console.py"]:
        from agent.system.windows import console

        console.main(sys.argv[2:])  # and ends with it
        return 0
    program.hold_unpacked()
    program.find_authorities()
    from agent.main import main as agent_main

    return agent_main()


if __name__ == "__main__":
    sys.exit(main())
