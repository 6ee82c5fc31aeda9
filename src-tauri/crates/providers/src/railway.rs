//! Railway's buckets: one set of credentials each, replaced by a reset that ends the old ones (its command line's manual,
//! `railway bucket credentials`, and the queries that it sends). There is nothing to disable, to keep for a while or to go
//! back to.
//!
//! Not tried at Railway itself, and not in its documentation: whether a project's token may reset credentials, and what the
//! bucket's host says to a key that may not list buckets. Its answers say “Not Authorized” of a wrong token and of a wrong
//! id alike.

mod graph;

use ::http::Method;
use async_trait::async_trait;
use domain::Credentials;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use self::graph::{Answered, Bucket, Known, ProjectToken, refusal};
use crate::aws::AccessKey;
use crate::error::{ErrorKind, ProviderError};
use crate::http::Http;
use crate::json_api::{JsonApi, Presented, foreign, parsed, token};
use crate::key_service::{
    Capabilities, CreatedKey, Hosts, Identity, KeyName, KeyService, KeyStatus, LastUse, Preflight,
    Privilege, RemoteKey, RemoteKeyId, Style, Way,
};
use crate::offer::{NotManaged, ServiceRequest};
use crate::retry;
use crate::s3_door::Door;
use crate::stands;

const OWN_API: &str = "https://backboard.railway.com/graphql/v2";
const OWN_S3: &str = "https://storage.railway.app";
const REGION: &str = "auto";
/// Tokens of a project are shown in a header of their own; all others as bearers (Railway's Public API).
const PROJECT_TOKEN_HEADER: &str = "project-access-token";
const NEEDS: &str = "A Railway token of the account, the workspace or the project";
const REACHES: &str = "access to the bucket's project and environment";

const WHOSE: &str = "query { projectToken { projectId environmentId } }";
const LIST: &str = "query ($projectId: String!, $environmentId: String!, $bucketId: String!) { bucketS3Credentials(projectId: $projectId, environmentId: $environmentId, bucketId: $bucketId) { accessKeyId } }";
const TELL: &str = "query ($projectId: String!, $environmentId: String!, $bucketId: String!) { bucketS3Credentials(projectId: $projectId, environmentId: $environmentId, bucketId: $bucketId) { accessKeyId secretAccessKey } }";
const RESET: &str = "mutation ($projectId: String!, $environmentId: String!, $bucketId: String!) { bucketCredentialsReset(projectId: $projectId, environmentId: $environmentId, bucketId: $bucketId) { accessKeyId secretAccessKey } }";

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    way: Way::Management,
    style: Style::CutOver,
    keys_max: Some(1),
    names_keys: false,
    disables: false,
    deletes: true,
    tells_last_use: false,
    warnings: &[
        "Railway has one set of credentials for a bucket: the old ones stop working the moment the new ones are made, and there is no way back to them.",
    ],
};

struct BucketKeys {
    as_bearer: JsonApi,
    as_project: JsonApi,
    /// Whether the token is a project's; asked once.
    is_project: OnceCell<bool>,
    door: Door,
    bucket: Bucket,
    current: AccessKey,
}

pub(crate) fn service(
    http: &Http,
    request: ServiceRequest<'_>,
) -> Result<Box<dyn KeyService>, NotManaged> {
    let current = AccessKey::of(request.current).ok_or(NotManaged::NoApi)?;
    let parameters = request.parameters;
    let base = parameters.endpoint_or("api_endpoint", OWN_API)?;
    let api = |presented| {
        Ok::<_, NotManaged>(JsonApi {
            http: request.managing(http),
            base: base.clone(),
            token: token(request.management, NEEDS)?,
            presented,
            refusal,
        })
    };
    Ok(Box::new(BucketKeys {
        as_bearer: api(Presented::Bearer)?,
        as_project: api(Presented::Header(PROJECT_TOKEN_HEADER))?,
        is_project: OnceCell::new(),
        door: Door {
            http: http.clone(),
            endpoint: parameters.endpoint_or("s3_endpoint", OWN_S3)?,
            region: REGION.to_owned(),
        },
        bucket: Bucket {
            project_id: parameters.word("project_id")?.to_owned(),
            environment_id: parameters.word("environment_id")?.to_owned(),
            bucket_id: parameters.word("bucket_id")?.to_owned(),
        },
        current,
    }))
}

impl BucketKeys {
    async fn api(&self) -> Result<&JsonApi, ProviderError> {
        let is_project = self.is_project.get_or_try_init(|| self.ask_whose_token());
        Ok(match is_project.await? {
            true => &self.as_project,
            false => &self.as_bearer,
        })
    }

    async fn ask_whose_token(&self) -> Result<bool, ProviderError> {
        let query = json!({ "query": WHOSE });
        let asked: Result<ProjectToken, _> = read(&self.as_project, &query).await;
        match asked {
            Ok(_) => Ok(true),
            Err(error) if error.passes_with_time() => Err(error),
            Err(_) => Ok(false),
        }
    }

    fn request(&self, query: &str) -> Value {
        json!({ "query": query, "variables": self.bucket })
    }

    fn remote(&self, id: String) -> RemoteKey {
        RemoteKey {
            is_ours: id == self.current.id,
            id: RemoteKeyId::new(id),
            name: None,
            status: KeyStatus::Active,
            created_at: None,
            expires_at: None,
            last_used: LastUse::NotTold,
        }
    }

    fn identity(&self) -> Identity {
        Identity {
            account: Some(self.bucket.project_id.clone()),
            user: None,
        }
    }
}

/// A question that changes nothing; asked again where a failure passes with time.
async fn read<T: serde::de::DeserializeOwned>(
    api: &JsonApi,
    query: &Value,
) -> Result<T, ProviderError> {
    retry::reading(async || {
        let answer = api.send(Method::POST, "", Some(query)).await?;
        let answered: Answered<T> = parsed(&answer)?;
        answered.into_data(&api.token)
    })
    .await
}

fn no_disabling() -> ProviderError {
    let message = "Railway can't stop a bucket's credentials without making new ones.";
    ProviderError::new(ErrorKind::Rejected, message).with_code("not_offered")
}

#[async_trait]
impl KeyService for BucketKeys {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn hosts(&self) -> Hosts {
        Hosts::of(
            [self.door.endpoint.as_str()],
            [self.as_bearer.base.as_str()],
        )
    }

    async fn preflight(&self) -> Result<Preflight, ProviderError> {
        let (keys, reaches) = match self.list().await {
            Ok(keys) => (keys, true),
            Err(error) if error.kind == ErrorKind::Forbidden => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        let privilege = Privilege {
            name: REACHES,
            held: Some(reaches),
        };
        let mut blocks = Vec::new();
        if reaches {
            blocks.extend(stands::not_listed(
                &keys,
                "The bucket has other credentials than these. Check the ids of project, environment and bucket, and whether the credentials were reset.",
            ));
        } else {
            let message = "Railway says “Not Authorized”: the token is wrong or reaches no such bucket, or one of the ids of project, environment and bucket is wrong.";
            blocks.push(stands::block("missing_privilege", message));
        }
        Ok(Preflight {
            identity: self.identity(),
            keys,
            privileges: vec![privilege],
            blocks,
        })
    }

    async fn list(&self) -> Result<Vec<RemoteKey>, ProviderError> {
        let listed: Vec<Known> = read(self.api().await?, &self.request(LIST)).await?;
        let ids = listed.into_iter().map(|known| known.access_key_id);
        Ok(ids.map(|id| self.remote(id)).collect())
    }

    async fn create(&self, _: &KeyName) -> Result<CreatedKey, ProviderError> {
        let api = self.api().await.map_err(ProviderError::before_the_change)?;
        let answer = api
            .send(Method::POST, "", Some(&self.request(RESET)))
            .await?;
        let answered: Answered<Known> = parsed(&answer)?;
        let made = answered.into_data(&api.token)?;
        made.into_key().ok_or_else(foreign)
    }

    fn tells_again(&self) -> bool {
        true
    }

    /// Railway tells the secret of a bucket's credentials whenever it is asked. Those in force that were not there before are
    /// taken whoever made them: the old ones ended with their making.
    async fn made_since(
        &self,
        before: &[RemoteKeyId],
    ) -> Result<Option<CreatedKey>, ProviderError> {
        let told: Vec<Known> = read(self.api().await?, &self.request(TELL)).await?;
        let is_known = |id: &str| before.iter().any(|known| known.as_str() == id);
        let made = told
            .into_iter()
            .find(|one| one.access_key_id != self.current.id && !is_known(&one.access_key_id));
        Ok(made.and_then(Known::into_key))
    }

    /// A reset ends whatever credentials there are, and somebody may have made some since, which others use.
    async fn require_place(&self, before: &[RemoteKeyId]) -> Result<(), ProviderError> {
        let keys = self.list().await;
        let keys = keys.map_err(ProviderError::before_the_change)?;
        let is_of_then = |key: &RemoteKey| key.is_ours || before.contains(&key.id);
        if keys.iter().all(is_of_then) {
            return Ok(());
        }
        let message = "The bucket's credentials were reset after this rotation began, so somebody may use the new ones. Nothing was changed. Undo this rotation, and give this secret the credentials that the bucket has now.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("other_key_changed"))
    }

    async fn check(&self, credentials: &Credentials) -> Result<Identity, ProviderError> {
        self.door.takes(credentials, self.list()).await?;
        Ok(self.identity())
    }

    async fn disable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    async fn enable(&self, _: &RemoteKeyId) -> Result<(), ProviderError> {
        Err(no_disabling())
    }

    /// Credentials end when others take their place, and in no other way: to end these by a reset would make some that nobody
    /// gets.
    async fn delete(&self, id: &RemoteKeyId) -> Result<(), ProviderError> {
        let keys = self.list().await?;
        if !keys.iter().any(|key| key.id == *id) {
            return Ok(());
        }
        let message = "A bucket's only credentials end when new ones are made, and not before.";
        Err(ProviderError::new(ErrorKind::Rejected, message).with_code("in_use"))
    }
}
