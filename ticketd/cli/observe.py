"""What monitoring asks without HTTP: the metrics as text, for a person or for node_exporter's textfile collector."""

import sys
import tempfile
from pathlib import Path

import click

from ticketd.cli.app import App, Failure


@click.command()
@click.option(
    "--textfile",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead, whole or not at all.",
)
@click.pass_obj
def metrics(app: App, textfile: Path | None) -> None:
    """Print how the desk stands in Prometheus' text format; what the daemon counts too, while it runs."""
    from ticketd.watched import DeskCollector, metrics_text

    told = metrics_text(app.config.state_dir, DeskCollector(app.database))
    if textfile is None:
        sys.stdout.buffer.write(told)
        return
    try:
        with tempfile.NamedTemporaryFile(
            dir=textfile.parent, prefix=f".{textfile.name}", delete=False
        ) as file:
            file.write(told)
        new = Path(file.name)
        # The collector runs as another user.
        new.chmod(0o644)
        new.rename(textfile)
    except OSError as error:
        raise Failure(f"{textfile} cannot be written: {error.strerror}") from None
