"""Keep what an operator saw out of every saved notebook."""

from typing import Any

from tornado.web import HTTPError


def scrub(*, model: dict[str, Any], **_: object) -> None:
    """
    Make a notebook that is about to be saved what it was before it ran.

    Numbers, names and what was typed into a password field would otherwise end up in the .ipynb
    file, in its checkpoint, and in git. JupyterLab calls this before it writes anything.

    Raises:
        HTTPError: The notebook has a shape nobody expected. It was not saved, and the browser says so.
            (After any other exception jupyter_server would log it and save the notebook as it is.)
    """
    if model["type"] != "notebook":
        return
    try:
        _empty(model["content"])
    except (AttributeError, KeyError, TypeError) as strange:
        raise _refusal() from strange


def scrub_ours(*, model: dict[str, Any], **_: object) -> None:
    """
    Do so with a notebook that opens a desk, and leave every other one alone.

    For a JupyterLab that people use for other work, too.

    Raises:
        HTTPError: As above.
    """
    if model["type"] != "notebook":
        return
    try:
        ours = any(_opens_a_desk(cell) for cell in model["content"]["cells"])
    except (AttributeError, KeyError, TypeError) as strange:
        raise _refusal() from strange
    if ours:
        scrub(model=model)


def _opens_a_desk(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code" and "open_desk" in "".join(cell["source"])


def _empty(notebook: dict[str, Any]) -> None:
    about = notebook["metadata"]
    about.pop("widgets", None)
    # JupyterLab writes the version of the kernel's Python beside the name, which differs from desk to desk.
    if "language_info" in about:
        about["language_info"] = {"name": about["language_info"]["name"]}
    for cell in notebook["cells"]:
        cell["metadata"].pop("trusted", None)
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
            # When which cell ran.
            cell["metadata"].pop("execution", None)


def _refusal() -> HTTPError:
    return HTTPError(400, "The notebook was not saved, because its outputs could not be found and removed.")
