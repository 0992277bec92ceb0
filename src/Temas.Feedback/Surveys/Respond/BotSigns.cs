using System.Globalization;
using Dapper;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Surveys.Links;
using Temas.Storage;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>A sign of a program. The numbers are persisted, are bits, and may only grow.</summary>
internal enum BotSign
{
    /// <summary>A field was filled that people do not see.</summary>
    HiddenField = 1,

    /// <summary>An anonymous survey was sent sooner than a hand can; how soon is not kept.</summary>
    TooFast = 2,
}

/// <summary>
/// What a page of the respondent bears beside its questions, so that programs give themselves away without anybody else being asked: a field that nobody sees, and, signed, the moment at which the page was shown. What was noticed is a doubt about the
/// response; nothing is refused because of it.
/// </summary>
internal static class BotSigns
{
    /// <summary>Name of the field that people do not see. It is one that programs like to fill, and browsers do not.</summary>
    public const string Trap = "homepage";

    /// <summary>Name of the field that says when the page was shown.</summary>
    public const string Shown = "at";

    private const string Purpose = "shown";

    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("survey-signs", 1, "create table survey_sign(response text not null, sign integer not null, survey text not null, primary key(response, sign))");

    /// <summary>The moment at which a page is shown, signed for its response; null for a page that was begun elsewhere, as by a click in a mail, and says nothing of how quick somebody is.</summary>
    public static string Sign(SurveyTokens tokens, string survey, string response, DateTimeOffset? shown) =>
        tokens.Sign(Purpose, survey, string.Create(CultureInfo.InvariantCulture, $"{response}|{shown?.ToUnixTimeMilliseconds() ?? 0}"));

    /// <summary>When somebody who begins was shown her page; null where nobody knows.</summary>
    public static DateTimeOffset? ShownAt(SurveyTokens tokens, Respondent respondent, StringValues field, DateTimeOffset now)
    {
        var survey = respondent.Survey!;
        if (tokens.Open(Purpose, survey.Key, field)?.Split('|') is [var response, var moment] && response == respondent.Response!.Id)
        {
            return long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var shown) && shown > 0 && DateTimeOffset.FromUnixTimeMilliseconds(shown) is var at && at <= now ? at : null;
        }

        // Who leaves the field out, or brings that of another response, began when the token was made that she brings.
        return respondent.Brought.Field == Brought.Response && !survey.IsAnonymous && respondent.Invitation is { } invitation && invitation.Until - Respondent.TokenLife is var made && made <= now ? made : null;
    }

    /// <summary>Notes a sign.</summary>
    public static async Task NoteAsync(Database database, string survey, string response, BotSign sign, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("insert into survey_sign(response, sign, survey) values(@response, @sign, @survey) on conflict(response, sign) do nothing", new { response, sign = (int)sign, survey });
    }
}
