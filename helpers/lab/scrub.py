"""Keep what an operator saw out of every saved notebook."""

from typing import Any

from tornado.web import HTTPError


def scrub(*, model: dict[str, Any], **_: object) -> None:
    """
    Remove outputs, execution counts and widget state from a notebook that is about to be saved.

    Numbers, names and what was typed into a password field would otherwise end up in the .ipynb
    file, in its checkpoint, and in git. JupyterLab calls this before it writes anything.

    Raises:
        HTTPError: The notebook has a shape nobody expected. It was not saved, and the browser says so.
            (After any other exception jupyter_server would log it and save the notebook as it is.)
    """
    if model["type"] != "notebook":
        return
    try:
        notebook = model["content"]
        notebook["metadata"].pop("widgets", None)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
                cell["execution_count"] = None
    except (AttributeError, KeyError, TypeError) as strange:
        raise HTTPError(
            400, "The notebook was not saved, because its outputs could not be found and removed."
        ) from strange
