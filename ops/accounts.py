"""Who may do what besides asking: operators."""

from greenroom.domain.consents import Account, Role
from greenroom.errors import BadInput
from ops.studio import Studio


def operators(studio: Studio) -> frozenset[str]:
    """Names of the accounts that the settings make operators."""
    more = (one.strip().lower() for one in studio.settings.operators.split(","))
    return frozenset({studio.settings.account, *more} - {""})


def operates(studio: Studio, account: Account) -> bool:
    """Whether an account may act as an operator: by its role, or because the settings name it.

    Whoever may run commands on this machine chooses the settings, and holds the installation's keys anyway.
    """
    return Role.OPERATOR in account.roles or account.name in operators(studio)


def require_operator(studio: Studio, account: Account) -> None:
    """Raises `BadInput` for an account that is no operator's."""
    if not operates(studio, account):
        raise BadInput(
            f"@{account.name} is no operator of this installation",
            f"An operator does this: @{studio.settings.account}, or an account that GREENROOM_OPERATORS names.",
        )
