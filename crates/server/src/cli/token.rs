//! `govmaps token`.

use std::time::SystemTime;

use super::{TokenAction, data_folder};
use crate::accounts::new_token;
use crate::settings::Settings;
use crate::store::{EmbeddedStore, Scope, Store};

pub(super) async fn run(settings: Settings, action: TokenAction) -> anyhow::Result<()> {
    let store = EmbeddedStore::open(&data_folder(&settings)?, settings.limits.free_disk_bytes)?;
    match action {
        TokenAction::Create {
            role,
            workspace,
            expires,
            ..
        } => {
            let scope = Scope::parse(&workspace)?;
            let expires = expires.map(|duration| SystemTime::now() + *duration);
            let token = new_token(role, scope, expires);
            store.put_token(token.record).await?;
            eprintln!("This is the only time that the token is shown; keep it like a password:");
            println!("{}", token.text);
        }
        TokenAction::List { .. } => {
            println!(
                "{:10} {:14} {:20} {:22} expires",
                "token", "role", "workspace", "created"
            );
            for token in store.tokens().await? {
                let time = |at: SystemTime| humantime::format_rfc3339_seconds(at).to_string();
                println!(
                    "{:10} {:14} {:20} {:22} {}",
                    token.prefix,
                    token.role.name(),
                    token.scope.to_string(),
                    time(token.created),
                    token.expires.map_or_else(|| "never".to_owned(), time),
                );
            }
        }
        TokenAction::Revoke { token, .. } => {
            let public = token
                .strip_prefix("gvm_")
                .and_then(|rest| rest.split('_').next())
                .unwrap_or(&token);
            store.revoke_token(public).await?;
            println!("revoked {public}");
        }
    }
    Ok(())
}
