interface Facts {
  issuer: string;
  clientId: string;
  redirectUri: string;
  /** A public client has none. */
  hasSecret: boolean;
}

export interface Snippet {
  language: string;
  install: string;
  code: string;
}

/** Code that signs people in, ready to run once the secret is in the environment: one well-known library a language. */
export function snippetsOf(facts: Facts): readonly Snippet[] {
  return [node(facts), python(facts), go(facts), java(facts), dotnet(facts)];
}

const node = ({ issuer, clientId, redirectUri, hasSecret }: Facts): Snippet => ({
  language: 'Node',
  install: 'npm install openid-client express express-session',
  code: `import express from 'express';
import session from 'express-session';
import * as oidc from 'openid-client';

const config = await oidc.discovery(
  new URL('${issuer}'),
  '${clientId}',${hasSecret ? '\n  process.env.OIDC_CLIENT_SECRET,' : '\n  undefined,\n  oidc.None(),'}
);
const app = express();
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));

app.get('/sign-in', async (request, response) => {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  request.session.oidc = { verifier, state };
  response.redirect(oidc.buildAuthorizationUrl(config, {
    redirect_uri: '${redirectUri}',
    scope: 'openid profile email',
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).href);
});

app.get('${pathOf(redirectUri)}', async (request, response) => {
  const { verifier, state } = request.session.oidc ?? {};
  const tokens = await oidc.authorizationCodeGrant(config, new URL(request.originalUrl, '${originOf(redirectUri)}'), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  request.session.user = tokens.claims();
  response.redirect('/');
});

app.listen(3000);`,
});

const python = ({ issuer, clientId, redirectUri, hasSecret }: Facts): Snippet => ({
  language: 'Python',
  install: 'pip install authlib flask requests',
  code: `import os
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
oauth = OAuth(app)
oauth.register(
    "sallyport",
    server_metadata_url="${issuer}/.well-known/openid-configuration",
    client_id="${clientId}",${hasSecret ? '\n    client_secret=os.environ["OIDC_CLIENT_SECRET"],' : '\n    token_endpoint_auth_method="none",'}
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)

@app.get("/sign-in")
def sign_in():
    return oauth.sallyport.authorize_redirect("${redirectUri}")

@app.get("${pathOf(redirectUri)}")
def callback():
    session["user"] = oauth.sallyport.authorize_access_token()["userinfo"]
    return redirect("/")`,
});

const go = ({ issuer, clientId, redirectUri, hasSecret }: Facts): Snippet => ({
  language: 'Go',
  install: 'go get github.com/coreos/go-oidc/v3/oidc golang.org/x/oauth2',
  code: `provider, err := oidc.NewProvider(ctx, "${issuer}")
if err != nil {
	log.Fatal(err)
}
config := oauth2.Config{
	ClientID:     "${clientId}",${hasSecret ? '\n	ClientSecret: os.Getenv("OIDC_CLIENT_SECRET"),' : ''}
	Endpoint:     provider.Endpoint(),
	RedirectURL:  "${redirectUri}",
	Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
}
verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})

// To sign in: keep state and pkce in the session, then redirect.
pkce := oauth2.GenerateVerifier()
target := config.AuthCodeURL(state, oauth2.S256ChallengeOption(pkce))

// At ${pathOf(redirectUri)}: compare state, then exchange.
token, err := config.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(pkce))
raw, _ := token.Extra("id_token").(string)
idToken, err := verifier.Verify(ctx, raw)
var user struct {
	Subject string   \`json:"sub"\`
	Email   string   \`json:"email"\`
	Groups  []string \`json:"groups"\`
	Roles   []string \`json:"roles"\`
}
err = idToken.Claims(&user)`,
});

const java = ({ issuer, clientId, redirectUri, hasSecret }: Facts): Snippet => ({
  language: 'Java',
  install: 'org.springframework.boot:spring-boot-starter-oauth2-client',
  code: `# application.yml: Spring Security does the rest; people sign in at /oauth2/authorization/sallyport
spring:
  security:
    oauth2:
      client:
        registration:
          sallyport:
            client-id: ${clientId}
${hasSecret ? '            client-secret: ${OIDC_CLIENT_SECRET}' : '            client-authentication-method: none'}
            authorization-grant-type: authorization_code
            scope: openid, profile, email
            redirect-uri: "${redirectUri}"
        provider:
          sallyport:
            issuer-uri: ${issuer}`,
});

const dotnet = ({ issuer, clientId, redirectUri, hasSecret }: Facts): Snippet => ({
  language: '.NET',
  install: 'dotnet add package Microsoft.AspNetCore.Authentication.OpenIdConnect',
  code: `builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(options =>
    {
        options.Authority = "${issuer}";
        options.ClientId = "${clientId}";${hasSecret ? '\n        options.ClientSecret = builder.Configuration["OIDC_CLIENT_SECRET"];' : ''}
        options.ResponseType = "code";
        options.UsePkce = true;
        options.CallbackPath = "${pathOf(redirectUri)}";
        options.Scope.Add("email");
        options.MapInboundClaims = false;
        options.TokenValidationParameters.RoleClaimType = "roles";
    });`,
});

function pathOf(uri: string): string {
  return URL.parse(uri)?.pathname ?? '/callback';
}

function originOf(uri: string): string {
  return URL.parse(uri)?.origin ?? 'http://localhost:3000';
}
